import { describe, it, expect } from '@jest/globals';
import * as fc from 'fast-check';
import { TelnetCodec } from '../../src/protocol/telnet.js';
import { cutAt, decoded, everyCut, hex, RecordingSink, toHex } from '../support/wire.js';

/** What a willing client answers to the greeting: yes to all, and no echo of its own. */
const WILLING = 'ff fd 03 ff fb 03 ff fd 01 ff fc 01 ff fd 00 ff fb 00';
const BINARY_ON = 'ff fb 00';
const PRESENCE = toHex(Buffer.from('\r\n[ser2tcp: yes]\r\n'));

/** Holds for every way in which the stream can be cut into reads. */
function everyRead(wire: string, check: (seen: RecordingSink) => void): void {
  for (const reads of everyCut(hex(wire))) check(decoded(new TelnetCodec(), reads));
}

describe('telnet, toward the client', () => {
  it('asks for character mode without local echo, 8 bits wide', () => {
    expect(toHex(new TelnetCodec().greeting)).toBe('ff fb 03 ff fd 03 ff fb 01 ff fe 01 ff fb 00 ff fd 00');
  });

  it.each([
    ['nothing', '', ''],
    ['plain text', '61 0d 0a 00 62', '61 0d 0a 00 62'],
    ['one 0xFF', 'ff', 'ff ff'],
    ['0xFF at the end', '61 ff', '61 ff ff'],
    ['0xFF that would be a command', '61 ff f3 62', '61 ff ff f3 62'],
    ['several 0xFF', 'ff ff 00 ff', 'ff ff ff ff 00 ff ff'],
  ])('doubles 0xFF in %s', (_what, device, wire) => {
    expect(toHex(new TelnetCodec().encode(hex(device)))).toBe(wire);
  });

  it('passes a chunk without 0xFF on as it is', () => {
    const chunk = hex('61 0d 0a');
    expect(new TelnetCodec().encode(chunk)).toBe(chunk);
  });

  it('encodes once for all clients: they share the function', () => {
    expect(new TelnetCodec().encode).toBe(new TelnetCodec().encode);
  });

  it('sends what a client reads back as the same bytes', () => {
    fc.assert(
      fc.property(bytes(['ff', '00', '0d']), (device) => {
        const codec = new TelnetCodec();
        const seen = decoded(new TelnetCodec(), [hex(BINARY_ON), codec.encode(device)]);
        expect(seen.device).toBe(toHex(device));
      }),
    );
  });
});

describe('telnet, toward the device', () => {
  it.each([
    ['plain data', '61 62 63', '61 62 63'],
    ['an escaped 0xFF', '61 ff ff 62', '61 ff 62'],
    ['many escaped 0xFF', 'ff ff ff ff ff ff', 'ff ff ff'],
    ['an escaped 0xFF before a command', '61 ff ff ff f1 62', '61 ff 62'],
    ['NOP', '61 ff f1 62', '61 62'],
    ['data mark, IP, AO, EC, EL, GA', '61 ff f2 ff f4 ff f5 ff f7 ff f8 ff f9 62', '61 62'],
    ['EOF, SUSP, ABORT, EOR', '61 ff ec ff ed ff ee ff ef 62', '61 62'],
    ['a command that nobody knows', '61 ff 41 62', '61 62'],
    ['option requests', '61 ff fd 18 62 ff fb 1f 63 ff fc 05 64 ff fe 06 65', '61 62 63 64 65'],
    ['a request for option 255', '61 ff fb ff 62', '61 62'],
    ['a subnegotiation', 'ff fa 18 00 ff f0 61', '61'],
    ['an empty subnegotiation', '61 ff fa ff f0 62', '61 62'],
    ['a literal 0xFF in a subnegotiation', 'ff fa 1f 00 ff ff 00 18 ff f0 61', '61'],
    ['an escaped 0xFF before the end of a subnegotiation', 'ff fa 1f ff ff f0 ff f0 61', '61'],
    ['an 0xFF in a subnegotiation that was not doubled', 'ff fa 1f 00 ff 00 18 ff f0 61', '61'],
    ['the end of no subnegotiation', '61 ff f0 62', '61 62'],
    ['a subnegotiation that lost its end', 'ff fa 18 00 ff f1 61', '61'],
    ['a subnegotiation begun within another', 'ff fa 18 41 ff fa 1f 42 ff f0 61', '61'],
    ['a request within a subnegotiation', 'ff fa 18 41 ff fb 1f 61', '61'],
  ])('keeps the data around %s, wherever the read ends', (_what, wire, data) => {
    everyRead(wire, ({ device }) => expect(device).toBe(data));
  });

  it.each([
    ['CR NUL gives CR', '61 0d 00 62', '61 0d 62'],
    ['CR LF gives CR', '61 0d 0a 62', '61 0d 62'],
    ['only one partner is dropped', '0d 0a 0a 0d 00 00 62', '0d 0a 0d 00 62'],
    ['CR CR LF gives two CR', '0d 0d 0a 62', '0d 0d 62'],
    ['a CR alone stays', '0d 62 0d ff ff 0a', '0d 62 0d ff 0a'],
    ['LF and NUL alone stay', '0a 61 00 0a', '0a 61 00 0a'],
    ['a command between CR and NUL is not data', '0d ff f1 00 62', '0d 62'],
    ['a client that refuses BINARY sends text', 'ff fc 00 0d 0a 62', '0d 62'],
    ['a client with BINARY sends bytes', `${BINARY_ON} 0d 00 0d 0a 62`, '0d 00 0d 0a 62'],
    ['BINARY begins between CR and NUL', `0d ${BINARY_ON} 00 62`, '0d 00 62'],
    ['BINARY ends between CR and NUL', `${BINARY_ON} 0d ff fc 00 00 0d 00`, '0d 00 0d'],
    ['a CR before bytes has no partner after them', `0d ${BINARY_ON} 61 ff fc 00 00`, '0d 61 00'],
    ['BINARY of the server alone changes nothing', 'ff fd 00 0d 00', '0d'],
  ])('line ends: %s, wherever the read ends', (_what, wire, data) => {
    everyRead(wire, ({ device }) => expect(device).toBe(data));
  });

  it('delivers a CR at the end of a read at once', () => {
    expect(decoded(new TelnetCodec(), [hex('61 0d')]).device).toBe('61 0d');
  });

  it('passes plain data as a view of the read, in one piece', () => {
    for (const wire of ['61 62 63', '61 0d', 'ff f1 61 62', '61 62 ff f1']) {
      const read = Buffer.from(new Uint8Array(hex(wire)).buffer);
      const { pieces } = decoded(new TelnetCodec(), [read]);
      expect(pieces).toHaveLength(1);
      expect(pieces[0]!.buffer).toBe(read.buffer);
    }
  });

  it.each([
    ['escaped 0xFF', Buffer.alloc(65_536, 0xff), 32_768],
    ['line ends', Buffer.alloc(65_536, '\r\n'), 32_768],
    ['CR', Buffer.alloc(65_536, '\r'), 65_536],
  ])('gives a read full of %s to the device as one piece', (_what, read, length) => {
    const { pieces } = decoded(new TelnetCodec(), [read]);
    expect(pieces.map((piece) => piece.length)).toEqual([length]);
  });

  it('sends a break in its place among the data', () => {
    everyRead('61 ff ff 62 ff f3 ff ff ff f3 63', ({ events }) =>
      expect(events).toEqual(['data 61 ff 62', 'break', 'data ff', 'break', 'data 63']),
    );
  });

  it('drops a subnegotiation of any length, says so once, and goes on', () => {
    const parameters = 'ff ff '.repeat(2048) + '41 '.repeat(2048);
    const wire = hex(`61 ff fa 18 ${parameters} 41 ff f0 62`);
    for (const reads of [[wire], cutAt(wire, [3, 100, 5000, 5001]), cutAt(wire, [...wire.keys()])])
      expect(decoded(new TelnetCodec(), reads).events).toEqual([
        'data 61',
        'ignored telnet subnegotiation longer than 4096 bytes',
        'data 62',
      ]);
  });

  it('says nothing about a subnegotiation of 4096 bytes, nor about two', () => {
    const wire = hex(`ff fa ${'41 '.repeat(4096)} ff f0 61`.repeat(2));
    expect(decoded(new TelnetCodec(), [wire]).events).toEqual(['data 61 61']);
  });
});

describe('telnet options', () => {
  it.each([
    ['a client that agrees to the greeting', WILLING, ''],
    ['a client that agrees twice', `${WILLING} ${WILLING}`, ''],
    ['a client that refuses the greeting', 'ff fe 03 ff fc 03 ff fe 01 ff fc 01 ff fe 00 ff fc 00', ''],
    ['a client that refuses twice', 'ff fe 01 ff fe 01 ff fc 00 ff fc 00', ''],
    ['an option that the client takes back', 'ff fd 01 ff fe 01', 'ff fc 01'],
    ['an option that the client takes back twice', 'ff fb 00 ff fc 00 ff fc 00', 'ff fe 00'],
    ['an option that the client refused and then wants', 'ff fe 01 ff fd 01', 'ff fb 01'],
    ['an option that the client will do after all', 'ff fc 00 ff fb 00 ff fb 00', 'ff fd 00'],
    ['an echo by the client', 'ff fb 01', 'ff fe 01'],
    ['an unknown option of the server', 'ff fd 18', 'ff fc 18'],
    ['an unknown option of the client', 'ff fb 18', 'ff fe 18'],
    ['an unknown option asked for again', 'ff fb 18 ff fb 18 ff fc 18 ff fb 18', 'ff fe 18'],
    ['an unknown option on both sides', 'ff fb 18 ff fd 18 ff fb 18 ff fd 18', 'ff fe 18 ff fc 18'],
    ['an unknown option that is off and stays off', 'ff fe 18 ff fc 18', ''],
    ['a request that aborts a subnegotiation', 'ff fa 18 41 ff fd 1f', 'ff fc 1f'],
    ['requests inside a subnegotiation', 'ff fa 18 fd 1f ff ff fd 1f ff f0', ''],
    ['PuTTY', 'ff fb 1f ff fb 20 ff fb 18 ff fd 01 ff fb 03 ff fd 03', 'ff fe 1f ff fe 20 ff fe 18'],
  ])('answers %s as RFC 1143 says, wherever the read ends', (_what, wire, replies) => {
    everyRead(wire, ({ answer }) => expect(answer).toBe(replies));
  });

  it('answers a read full of requests in one piece, and gives the device its data in one', () => {
    const toggle = hex('61 ff fd 01 62 ff fe 01');
    const { pieces, replies } = decoded(new TelnetCodec(), [Buffer.alloc(8192, toggle)]);
    expect(pieces.map((piece) => piece.length)).toEqual([2048]);
    // The first DO agrees to the greeting.
    expect(replies.map((reply) => reply.length)).toEqual([3 * 2047]);
  });

  it('ends the talk with a client that answers everything, even answers', () => {
    const answers: Record<number, number> = { 0xfb: 0xfd, 0xfc: 0xfe, 0xfd: 0xfb, 0xfe: 0xfc };
    const codec = new TelnetCodec();
    let talk: Buffer = Buffer.concat([codec.greeting, hex('ff fb 18 ff fd 18')]);
    for (let round = 0; round < 3; round++) {
      const { replies } = decoded(codec, [talk.map((byte) => answers[byte] ?? byte) as Buffer]);
      talk = Buffer.concat(replies);
    }
    expect(toHex(talk)).toBe('');
  });

  it('answers a flood of DO and WILL once per option and side', () => {
    const once = Array.from({ length: 256 }, (_, option) => [0xff, 0xfb, option, 0xff, 0xfd, option]).flat();
    const flood = Array.from({ length: 20 }, () => Buffer.from(once));
    // 2 x 256 options but those that the greeting asked for: SGA and BINARY on both sides, ECHO on the server's.
    expect(hex(decoded(new TelnetCodec(), flood).answer)).toHaveLength(3 * (2 * 256 - 5));
  });
});

describe('telnet, are you there', () => {
  it('answers, and keeps the data around it', () => {
    everyRead('61 ff f6 62', ({ device, answer }) =>
      expect({ device, answer }).toEqual({ device: '61 62', answer: PRESENCE }),
    );
  });

  it('answers a flood once per read', () => {
    const flood = hex('ff f6 '.repeat(1000));
    expect(decoded(new TelnetCodec(), [flood, flood]).answer).toBe(`${PRESENCE} ${PRESENCE}`);
  });
});

/** Bytes among which these are frequent. */
function bytes(frequent: readonly string[], maxLength = 40): fc.Arbitrary<Buffer> {
  const special = fc.constantFrom(...frequent.map((byte) => Number.parseInt(byte, 16)));
  return fc.array(fc.oneof(special, fc.nat(255)), { maxLength }).map((list) => Buffer.from(list));
}

/** A piece of a client's stream, and what the device gets of it. */
interface Piece {
  wire: Buffer;
  device: Buffer;
}
const NOTHING = Buffer.alloc(0);
const silent = (wire: fc.Arbitrary<Buffer>): fc.Arbitrary<Piece> =>
  wire.map((wire) => ({ wire, device: NOTHING }));
const doubled = (data: Buffer): Buffer =>
  Buffer.from([...data].flatMap((byte) => (byte === 0xff ? [255, 255] : [byte])));

const text = bytes(['ff', '61']).map((raw) => {
  const device = raw.filter((byte) => ![0x00, 0x0a, 0x0d].includes(byte)) as Buffer;
  return { wire: doubled(device), device };
});
const lineEnd = fc.constantFrom('0d 00', '0d 0a').map((wire) => ({ wire: hex(wire), device: hex('0d') }));
const request = (option: fc.Arbitrary<number>): fc.Arbitrary<Piece> =>
  silent(fc.tuple(fc.integer({ min: 0xfb, max: 0xfe }), option).map((pair) => Buffer.from([0xff, ...pair])));
const command = silent(
  fc
    .constantFrom(0xf0, 0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf7, 0xf8, 0xf9, 0x00, 0x7f)
    .map((byte) => Buffer.from([0xff, byte])),
);
const subnegotiation = silent(
  fc
    .oneof(
      { weight: 9, arbitrary: bytes(['ff', 'f0', '0d']) },
      { weight: 1, arbitrary: fc.constant(Buffer.alloc(5000, 'A')) },
    )
    .map((parameters) => Buffer.concat([hex('ff fa'), doubled(parameters), hex('ff f0')])),
);
const cuts = fc.array(fc.nat(), { maxLength: 30 });

describe('telnet, any stream', () => {
  it('gives the device the data and nothing else, however it is cut into reads', () => {
    const known = request(fc.integer({ min: 1, max: 255 }));
    fc.assert(
      fc.property(
        fc.array(fc.oneof(text, lineEnd, known, command, subnegotiation)),
        cuts,
        (pieces, offsets) => {
          const wire = Buffer.concat(pieces.map((piece) => piece.wire));
          const reads = cutAt(wire, offsets);
          const device = Buffer.concat(pieces.map((piece) => piece.device));
          expect(decoded(new TelnetCodec(), reads).device).toBe(toHex(device));
        },
      ),
    );
  });

  it('means the same in any reads as in one, BINARY switched on and off, ends of subnegotiations lost', () => {
    const binary = request(fc.constantFrom(0, 0, 1, 3));
    const lost = silent(
      bytes(['ff', 'fa', '0d']).map((parameters) => Buffer.concat([hex('ff fa'), parameters])),
    );
    const raw = silent(bytes(['ff', '0d', '0a', '00', 'f3']));
    const pieces = fc
      .array(fc.oneof(text, lineEnd, binary, request(fc.nat(255)), command, subnegotiation, lost, raw))
      .map((list) => withoutPresence(Buffer.concat(list.map((piece) => piece.wire))));
    // ARE YOU THERE stands once in a stream at most: it is answered once per read.
    const presence = fc.constantFrom(NOTHING, hex('ff f6'));
    const stream = fc.tuple(pieces, presence, pieces).map((parts) => Buffer.concat(parts));
    fc.assert(
      fc.property(stream, cuts, (wire, offsets) => {
        const [cut, whole] = [cutAt(wire, offsets), [wire]].map((reads) => decoded(new TelnetCodec(), reads));
        expect(cut?.events).toEqual(whole?.events);
        expect(cut?.answer).toBe(whole?.answer);
      }),
      { numRuns: 500 },
    );
  });

  it('never answers a random stream with more bytes than it has, ARE YOU THERE aside', () => {
    const commands = bytes(['ff', 'ff', 'fa', 'fb', 'fc', 'fd', 'fe', 'f0', '00', '01', '03'], 400);
    fc.assert(
      fc.property(fc.array(commands.map(withoutPresence)), (reads) => {
        const { answer } = decoded(new TelnetCodec(), reads);
        expect(hex(answer).length).toBeLessThanOrEqual(Buffer.concat(reads).length);
      }),
    );
  });
});

/** The same bytes without 0xF6, so that no ARE YOU THERE can come about. */
function withoutPresence(wire: Buffer): Buffer {
  return wire.filter((byte) => byte !== 0xf6) as Buffer;
}
