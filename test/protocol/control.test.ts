import { describe, it, expect } from '@jest/globals';
import * as fc from 'fast-check';
import { Signals } from '../../src/protocol/codec.js';
import { ControlCodec, ControlOptions } from '../../src/protocol/control.js';
import { TelnetCodec } from '../../src/protocol/telnet.js';
import { cutAt, decoded, everyCut, hex, toHex } from '../support/wire.js';

const LINES = ['rts', 'dtr', 'cts', 'dsr', 'ri', 'cd'] as const;
const ALL: ControlOptions = { rts: true, dtr: true, signals: LINES, data: true };
const QUIET: Signals = { rts: false, dtr: false, cts: false, dsr: false, ri: false, cd: false };

describe('control escape, toward the client', () => {
  it.each([
    ['plain data', '61 00 62', '61 00 62'],
    ['one 0xFF', '61 ff 62', '61 ff ff 62'],
    ['0xFF that would be a report', 'ff 81', 'ff ff 81'],
  ])('doubles 0xFF in %s', (_what, device, wire) => {
    expect(toHex(new ControlCodec(ALL).encode(hex(device)))).toBe(wire);
  });

  it('sends no data where data is off', () => {
    expect(new ControlCodec({ ...ALL, data: false }).encode(hex('61 ff 62'))).toHaveLength(0);
  });

  it('encodes once for all clients of a kind, telnet among them', () => {
    const off = { ...ALL, data: false };
    expect(new ControlCodec(ALL).encode).toBe(new ControlCodec({ ...ALL, rts: false }).encode);
    expect(new ControlCodec(ALL).encode).toBe(new TelnetCodec().encode);
    expect(new ControlCodec(off).encode).toBe(new ControlCodec(off).encode);
  });

  it.each([
    ['no line', {}, 'ff 80'],
    ['RTS', { rts: true }, 'ff 81'],
    ['DTR', { dtr: true }, 'ff 82'],
    ['CTS', { cts: true }, 'ff 84'],
    ['DSR', { dsr: true }, 'ff 88'],
    ['RI', { ri: true }, 'ff 90'],
    ['CD', { cd: true }, 'ff a0'],
    ['every line', { rts: true, dtr: true, cts: true, dsr: true, ri: true, cd: true }, 'ff bf'],
  ])('reports %s in its bit', (_what, asserted, wire) => {
    expect(toHex(new ControlCodec(ALL).report({ ...QUIET, ...asserted }))).toBe(wire);
  });

  it('reports the listed lines only', () => {
    const codec = new ControlCodec({ ...ALL, signals: ['cts', 'cd'] });
    expect(toHex(codec.report({ rts: true, dtr: true, cts: true, dsr: true, ri: true, cd: false }))).toBe(
      'ff 84',
    );
    expect(toHex(new ControlCodec({ ...ALL, signals: [] }).report({ ...QUIET, rts: true }))).toBe('ff 80');
  });
});

describe('control escape, toward the device', () => {
  it.each([
    ['plain data', '61 0d 0a 00 62', ['data 61 0d 0a 00 62']],
    ['an escaped 0xFF', '61 ff ff 62', ['data 61 ff 62']],
    ['an escaped 0xFF before a command', 'ff ff ff 01', ['data ff', 'set {"rts":true}']],
    ['many escaped 0xFF', 'ff ff ff ff ff ff', ['data ff ff ff']],
    ['RTS low', 'ff 00', ['set {"rts":false}']],
    ['RTS high', 'ff 01', ['set {"rts":true}']],
    ['DTR low', 'ff 10', ['set {"dtr":false}']],
    ['DTR high', 'ff 11', ['set {"dtr":true}']],
    ['a question', 'ff c0', ['ask']],
    [
      'commands between data',
      '61 ff 01 62 ff 10 63',
      ['data 61', 'set {"rts":true}', 'data 62', 'set {"dtr":false}', 'data 63'],
    ],
    ['a pulse', 'ff 01 ff 00', ['set {"rts":true}', 'set {"rts":false}']],
    ['an unknown command', '61 ff 02 62', ['data 61', 'ignored control escape FF 02', 'data 62']],
    ['a report sent by a client', 'ff 81', ['ignored control escape FF 81']],
    ['0xFF before a letter', 'ff 61 62', ['ignored control escape FF 61', 'data 62']],
  ])('understands %s, wherever the read ends', (_what, wire, events) => {
    for (const reads of everyCut(hex(wire)))
      expect(decoded(new ControlCodec(ALL), reads).events).toEqual(events);
  });

  it.each([
    ['RTS', { rts: false }, ['data 61', 'set {"dtr":true}', 'set {"dtr":false}', 'ask', 'data 62']],
    ['DTR', { dtr: false }, ['data 61', 'set {"rts":true}', 'set {"rts":false}', 'ask', 'data 62']],
    ['RTS and DTR', { rts: false, dtr: false }, ['data 61', 'ask', 'data 62']],
    [
      'data',
      { data: false },
      ['set {"rts":true}', 'set {"rts":false}', 'set {"dtr":true}', 'set {"dtr":false}', 'ask'],
    ],
  ])('ignores %s in silence where it is off', (_what, off, events) => {
    const wire = hex('61 ff 01 ff 00 ff 11 ff 10 ff c0 62');
    for (const reads of everyCut(wire))
      expect(decoded(new ControlCodec({ ...ALL, ...off }), reads).events).toEqual(events);
  });

  it('drops an escaped 0xFF too where data is off, and keeps the place of the commands', () => {
    for (const reads of everyCut(hex('ff ff 61 ff ff ff 01 ff ff 00')))
      expect(decoded(new ControlCodec({ ...ALL, data: false }), reads).events).toEqual(['set {"rts":true}']);
  });

  it('passes plain data as a view of the read, in one piece', () => {
    const read = Buffer.from(new Uint8Array(hex('61 62 63')).buffer);
    const { pieces } = decoded(new ControlCodec(ALL), [read]);
    expect(pieces).toHaveLength(1);
    expect(pieces[0]!.buffer).toBe(read.buffer);
  });

  it('gives a read full of escaped 0xFF to the device as one piece', () => {
    const { pieces } = decoded(new ControlCodec(ALL), [Buffer.alloc(65_536, 0xff)]);
    expect(pieces.map((piece) => piece.length)).toEqual([32_768]);
  });
});

describe('control escape, any stream', () => {
  const byte = fc.oneof(fc.constantFrom(0xff, 0xff, 0x00, 0x01, 0x10, 0x11, 0xc0, 0x61), fc.nat(255));
  const stream = fc.array(byte, { maxLength: 200 }).map((list) => Buffer.from(list));

  it('means the same in any reads as in one', () => {
    const options = fc.record({ rts: fc.boolean(), dtr: fc.boolean(), data: fc.boolean() });
    fc.assert(
      fc.property(stream, fc.array(fc.nat()), options, (wire, offsets, allowed) => {
        const reads = cutAt(wire, offsets);
        const one = decoded(new ControlCodec({ ...ALL, ...allowed }), [wire]);
        expect(decoded(new ControlCodec({ ...ALL, ...allowed }), reads).events).toEqual(one.events);
      }),
    );
  });

  it('brings any data back as it was encoded', () => {
    fc.assert(
      fc.property(stream, (data) => {
        const codec = new ControlCodec(ALL);
        expect(decoded(codec, [codec.encode(data)]).device).toBe(toHex(data));
      }),
    );
  });

  it('answers nothing by itself', () => {
    fc.assert(
      fc.property(stream, (wire) => {
        expect(decoded(new ControlCodec(ALL), [wire]).answer).toBe('');
      }),
    );
  });
});
