import { describe, expect, it } from '@jest/globals';
import { WebSocketCodec } from '../../src/protocol/websocket.js';
import { clientFrame } from '../support/websocket.js';
import { decoded, everyCut, hex, toHex } from '../support/wire.js';

const all = { rts: true, dtr: true, signals: ['cts', 'rts'] as const, data: true };
const low = { rts: false, dtr: false, cts: false, dsr: false, ri: false, cd: false };

describe('the WebSocket codec', () => {
  it.each<[string, Buffer[], string[]]>([
    ['binary frames as data', [clientFrame('binary', 'ab'), clientFrame('binary', 'c')], ['data 61 62 63']],
    ['a line', [clientFrame('text', '{"rts": true}')], ['set {"rts":true}']],
    [
      'both lines in one step',
      [clientFrame('text', '{"rts":false,"dtr":true}')],
      ['set {"rts":false,"dtr":true}'],
    ],
    [
      '1 and 0 as true and false',
      [clientFrame('text', '{"rts":0,"dtr":1}')],
      ['set {"rts":false,"dtr":true}'],
    ],
    ['a break', [clientFrame('text', '{"break": 120}')], ['break 120']],
    [
      'commands in their place among the data',
      [
        clientFrame('binary', 'a'),
        clientFrame('text', '{"dtr":false}'),
        clientFrame('binary', 'b'),
        clientFrame('text', '{"break":1}'),
        clientFrame('binary', 'c'),
      ],
      ['data 61', 'set {"dtr":false}', 'data 62', 'break 1', 'data 63'],
    ],
    ['an empty text frame as nothing', [clientFrame('text')], []],
    ['the end', [clientFrame('close', hex('03e8')), clientFrame('binary', 'x')], ['leave 88 02 03 e8']],
    ['an end without a code', [clientFrame('close')], ['leave 88 00']],
  ])('takes %s, wherever the read ends', (_what, frames, events) => {
    for (const reads of everyCut(Buffer.concat(frames)))
      expect(decoded(new WebSocketCodec(all), reads.map(copy)).events).toEqual(events);
  });

  it.each([
    ['{"rts": 2}', '"rts" in a text frame'],
    ['{"dtr": "1"}', '"dtr" in a text frame'],
    ['{"rts": null}', '"rts" in a text frame'],
    ['{"break": true}', '"break" in a text frame'],
    ['{"break": -1}', '"break" in a text frame'],
    ['{"token": "hunter2"}', '"token" in a text frame'],
    [`{"${'k'.repeat(100)}": 1}`, `"${'k'.repeat(40)}" in a text frame`],
    ['{"rts": tru', 'a text frame that is no JSON object'],
    ['[]', 'a text frame that is no JSON object'],
    ['null', 'a text frame that is no JSON object'],
    [Buffer.from([0x22, 0xff, 0x22]), 'a text frame that is no JSON object'],
    ['['.repeat(200_000), 'a text frame that is no JSON object'],
  ])('ignores %s and goes on', (text, what) => {
    const wire = Buffer.concat([clientFrame('text', text), clientFrame('binary', 'on')]);
    expect(decoded(new WebSocketCodec(all), [wire]).events).toEqual([`ignored ${what}`, 'data 6f 6e']);
  });

  it('sets only lines that the server lets clients set', () => {
    const frames = Buffer.concat([clientFrame('text', '{"rts":true,"dtr":true}')]);
    expect(decoded(new WebSocketCodec({ ...all, rts: false }), [frames]).events).toEqual([
      'ignored rts, which the server does not let clients set (control.rts)',
      'set {"dtr":true}',
    ]);
  });

  it('passes no data either way where the server forwards none', () => {
    const codec = new WebSocketCodec({ ...all, data: false });
    expect(codec.encode(Buffer.from('x')).length).toBe(0);
    const wire = Buffer.concat([clientFrame('binary', 'x'), clientFrame('text', '{"rts":true}')]);
    expect(decoded(codec, [wire]).events).toEqual(['set {"rts":true}']);
  });

  it('sends a break for who may send data, whatever he may do with lines, and for nobody else', () => {
    const rights = { rts: false, dtr: false, signals: [] };
    const events = (codec: WebSocketCodec) => decoded(codec, [clientFrame('text', '{"break":120}')]).events;
    expect(events(new WebSocketCodec({ ...rights, data: true }))).toEqual(['break 120']);
    expect(events(new WebSocketCodec({ ...all, data: false }))).toEqual([
      'ignored a break, since the server takes no data (data)',
    ]);
  });

  it('answers a ping with what was in it', () => {
    expect(decoded(new WebSocketCodec(all), [clientFrame('ping', 'hi')]).answer).toBe('8a 02 68 69');
  });

  it('tells the listed lines, also where none is listed', () => {
    const told = (codec: WebSocketCodec, signals: typeof low) => codec.report(signals).subarray(2).toString();
    const some = { ...low, cts: true, ri: true };
    expect(told(new WebSocketCodec(all), some)).toBe('{"signals":{"cts":true,"rts":false}}');
    expect(told(new WebSocketCodec({ ...all, signals: [] }), some)).toBe('{"signals":{}}');
  });

  it.each([
    ['away', '03 e9'],
    ['policy', '03 f0'],
    ['failed', '03 f3'],
    ['busy', '03 f5'],
    ['revoked', '11 31'],
  ] as const)('says farewell for "%s" with the code %s', (why, code) => {
    expect(toHex(new WebSocketCodec(all).farewell(why, 'x'))).toBe(`88 03 ${code} 78`);
  });
});

/** Decoding writes to what it is given. */
const copy = (read: Buffer) => Buffer.from(read);
