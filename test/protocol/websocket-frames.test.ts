import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { randomBytes } from 'node:crypto';
import type { Writable } from 'node:stream';
import * as ws from 'ws';
import {
  binaryFrame,
  closeFrame,
  FrameDecoder,
  type FrameSink,
  PIECE_BYTES,
  TEXT_BYTES,
} from '../../src/protocol/websocket-frames.js';
import { clientFrame } from '../support/websocket.js';
import { cutAt, everyCut, hex, toHex } from '../support/wire.js';

/** The parser of the ws package; its types leave it out. */
const { Receiver } = ws as unknown as { Receiver: new (options: object) => Writable };

/**
 * Writes down what a decoder finds. Pieces of binary data that follow each other are one line: their boundaries depend on
 * the reads and mean nothing.
 */
class Recorder implements FrameSink {
  readonly events: string[] = [];
  binary = (part: Buffer) => {
    const last = this.events.at(-1);
    if (last?.startsWith('binary')) this.events[this.events.length - 1] = `${last} ${toHex(part)}`.trimEnd();
    else this.events.push(`binary ${toHex(part)}`.trimEnd());
  };
  text = (message: Buffer) => void this.events.push(`text ${toHex(message)}`);
  ping = (payload: Buffer) => void this.events.push(`ping ${toHex(payload)}`);
  pong = () => void this.events.push('pong');
  close = (code: number) => void this.events.push(`close ${code}`);
  violation = (code: number, what: string) => void this.events.push(`violation ${code} ${what}`);
}

/** What is found in a stream that arrives in these reads. */
function found(reads: readonly Buffer[]): string[] {
  const decoder = new FrameDecoder();
  const recorder = new Recorder();
  // A copy, since decoding writes to what it is given.
  for (const read of reads) decoder.decode(Buffer.from(read), recorder);
  return recorder.events;
}

/** The bytes of all binary data, which may come before or after control frames among its fragments, and the rest. */
function apart(events: readonly string[]): { data: string; others: string[] } {
  const [data, others] = [true, false].map((wanted) =>
    events.filter((event) => event.startsWith('binary') === wanted),
  ) as [string[], string[]];
  return { data: data.join('').replaceAll(/binary| /g, ''), others };
}

/** What the ws package finds in it. */
function foundByWs(reads: readonly Buffer[]): string[] {
  const events: string[] = [];
  const receiver = new Receiver({ isServer: true, maxPayload: TEXT_BYTES, skipUTF8Validation: true });
  let ended = false;
  const end = (event: string) => {
    events.push(event);
    ended = true;
  };
  receiver.on('message', (message: Buffer, isBinary: boolean) =>
    events.push(`${isBinary ? 'binary' : 'text'} ${toHex(message)}`),
  );
  receiver.on('ping', (payload: Buffer) => events.push(`ping ${toHex(payload)}`));
  receiver.on('pong', () => events.push('pong'));
  receiver.on('conclude', (code: number) => end(`close ${code}`));
  for (const read of reads) {
    if (ended) break;
    // Not by `write`, which tells of an error only later.
    receiver._write(Buffer.from(read), 'binary', (error) => {
      if (error) end(`violation ${statusOf(error)}`);
    });
  }
  return events;
}

/** What ws would close the connection with. */
function statusOf(error: Error): number {
  const status = Object.getOwnPropertySymbols(error).find(({ description }) => description === 'status-code');
  return (error as unknown as Record<symbol, number>)[status as symbol] as number;
}

describe('the decoder', () => {
  it.each([
    ['a binary frame', '82 83 01020304 60 60 60', ['binary 61 62 63']],
    ['an empty binary frame', '82 80 01020304', ['binary']],
    ['a text frame', '81 82 00000000 7b 7d', ['text 7b 7d']],
    ['two fragments', '02 81 00000000 61 80 81 00000000 62', ['binary 61 62']],
    ['fragments without bytes', '02 80 00000000 00 80 00000000 80 81 00000000 61', ['binary 61']],
    ['an empty last fragment', '01 81 00000000 61 80 80 00000000', ['text 61']],
    [
      'a ping within fragments',
      '02 81 00000000 61 89 81 00000000 3f 80 81 00000000 62',
      ['binary 61', 'ping 3f', 'binary 62'],
    ],
    [
      'a ping within the fragments of a text',
      '01 81 00000000 61 89 81 00000000 3f 80 81 00000000 62',
      ['ping 3f', 'text 61 62'],
    ],
    ['a pong', '8a 80 00000000', ['pong']],
    [
      'a length in two bytes',
      `82 fe 007e 00000000 ${'61'.repeat(126)}`,
      [`binary ${'61 '.repeat(126).trim()}`],
    ],
    ['a length in eight bytes', '82 ff 0000000000000001 00000000 61', ['binary 61']],
    ['a close frame', '88 82 00000000 03e8 82 81 00000000 61', ['close 1000']],
    ['a close frame without a code', '88 80 00000000', ['close 1005']],
    ['a close frame of the application', '88 82 00000000 1131', ['close 4401']],
  ])('understands %s, wherever the read ends', (_what, wire, events) => {
    for (const reads of everyCut(hex(wire))) expect(found(reads)).toEqual(events);
  });

  it.each([
    ['reserved bits', 'c2 81 00000000 61', 1002, 'a frame with reserved bits'],
    ['no mask', '82 01 61', 1002, 'a frame that is not masked'],
    ['an unknown kind', '83 80 00000000', 1002, 'a frame of the unknown kind 3'],
    ['an unknown control frame', '8b 80 00000000', 1002, 'a frame of the unknown kind 11'],
    ['a fragmented ping', '09 80 00000000', 1002, 'a control frame in fragments'],
    ['a long ping', '89 fe 007e 00000000', 1002, 'a control frame of more than 125 bytes'],
    ['a continuation of nothing', '80 80 00000000', 1002, 'a continuation of nothing'],
    ['a message within another', '01 80 00000000 82 80 00000000', 1002, 'a new message within another'],
    ['half a close code', '88 81 00000000 03', 1002, 'half a close code'],
    ['a close code that must not be sent', '88 82 00000000 03ee', 1002, 'the close code 1006'],
    ['a reason that is not UTF-8', '88 83 00000000 03e8 ff', 1007, 'a reason that is not UTF-8'],
    [
      'a text of 1 MiB and one byte',
      '81 ff 0000000000100001 00000000',
      1009,
      'a message of more than 1048576 bytes',
    ],
    [
      'a text of all the bytes there are',
      '81 ff ffffffffffffffff 00000000',
      1009,
      'a message of more than 1048576 bytes',
    ],
    [
      'data of all the bytes there are',
      '82 ff ffffffffffffffff 00000000',
      1009,
      'a message of more than 9007199254740991 bytes',
    ],
  ])('refuses %s, wherever the read ends, and takes nothing more', (_what, wire, code, what) => {
    const stream = Buffer.concat([hex(wire), clientFrame('binary', 'more')]);
    for (const reads of everyCut(stream)) expect(found(reads)).toEqual([`violation ${code} ${what}`]);
  });

  it('takes a text of 1 MiB, and counts the fragments of one together', () => {
    const most = Buffer.alloc(TEXT_BYTES, 'x');
    const lengths: number[] = [];
    const sink = Object.assign(new Recorder(), { text: (message: Buffer) => lengths.push(message.length) });
    new FrameDecoder().decode(clientFrame('text', most), sink);
    expect(lengths).toEqual([TEXT_BYTES]);
    const fragments = [clientFrame('text', most, { fin: false }), clientFrame('continuation', 'y')];
    expect(found(fragments)).toEqual(['violation 1009 a message of more than 1048576 bytes']);
  });

  it('hands on a frame of up to 64 KiB of data in one piece, however it is cut', () => {
    const pieces: Buffer[] = [];
    const sink = Object.assign(new Recorder(), {
      binary: (part: Buffer) => void pieces.push(Buffer.from(part)),
    });
    const decoder = new FrameDecoder();
    const [long, short] = [randomBytes(PIECE_BYTES), randomBytes(20)];
    const stream = Buffer.concat([
      clientFrame('binary', long, { fin: false }),
      clientFrame('continuation', short),
    ]);
    for (let at = 0; at < stream.length; at += 1000) decoder.decode(stream.subarray(at, at + 1000), sink);
    expect(pieces.map((piece) => piece.length)).toEqual([PIECE_BYTES, 20]);
    expect(Buffer.concat(pieces).equals(Buffer.concat([long, short]))).toBe(true);
  });

  it('hands on binary data of any length as it comes, in views of the reads', () => {
    const decoder = new FrameDecoder();
    const parts: Buffer[] = [];
    const sink = Object.assign(new Recorder(), { binary: (part: Buffer) => parts.push(part) });
    // A frame of 1 TiB that stays unfinished.
    const start = hex('02 ff 0000010000000000 00000000');
    const reads = [Buffer.concat([start, Buffer.from('first')]), Buffer.from('second')];
    for (const read of reads) decoder.decode(read, sink);
    expect(parts.map(String)).toEqual(['first', 'second']);
    expect(parts.map(({ buffer }) => buffer)).toEqual(reads.map(({ buffer }) => buffer));
    expect(sink.events).toEqual([]);
  });

  it('does not hold a read that it was given when a text is spread over many', () => {
    const payload = Buffer.from(Array.from({ length: 5000 }, (_, at) => at & 0xff));
    const wire = clientFrame('text', payload);
    const messages: Buffer[] = [];
    const decoder = new FrameDecoder();
    const sink = Object.assign(new Recorder(), { text: (message: Buffer) => messages.push(message) });
    const one = Buffer.alloc(1);
    for (const byte of wire) {
      one[0] = byte;
      decoder.decode(one, sink);
    }
    expect(messages).toEqual([payload]);
  });

  it('finds the same bytes and texts wherever the reads end, in fragments and among control frames', () => {
    const payloads = fc.uint8Array({ maxLength: 700 });
    const messages = fc.record({
      kind: fc.constantFrom('binary' as const, 'binary' as const, 'text' as const),
      parts: fc.array(payloads, { minLength: 1, maxLength: 4 }),
      pinged: fc.boolean(),
    });
    fc.assert(
      fc.property(
        fc.array(messages, { maxLength: 6 }),
        fc.array(fc.nat(), { maxLength: 40 }),
        (list, cuts) => {
          const wire = list.flatMap(({ kind, parts, pinged }) =>
            parts.flatMap((part, at) => [
              clientFrame(at === 0 ? kind : 'continuation', part, { fin: at === parts.length - 1 }),
              ...(pinged ? [clientFrame('ping', 'p')] : []),
            ]),
          );
          const { data, others } = apart(found(cutAt(Buffer.concat(wire), cuts)));
          const of = (wanted: string) =>
            list.filter(({ kind }) => kind === wanted).map(({ parts }) => Buffer.concat(parts));
          expect(data).toBe(Buffer.concat(of('binary')).toString('hex'));
          expect(others.filter((event) => event.startsWith('text'))).toEqual(
            of('text').map((text) => `text ${toHex(text)}`),
          );
        },
      ),
      { numRuns: 500 },
    );
  });

  it('finds what the ws package finds, in frames that are right and in frames that are not', () => {
    const opcodes = fc.constantFrom(
      'continuation',
      'text',
      'binary',
      'close',
      'ping',
      'pong',
      'binary',
      'binary',
    );
    const payloads = fc.oneof(
      fc.uint8Array({ maxLength: 130 }),
      fc.uint8Array({ minLength: 250, maxLength: 1000 }),
      fc.constantFrom(hex('03e8'), hex('03ed'), hex('0fa0'), hex('03e861'), new Uint8Array(0)),
    );
    const frames = fc.record({
      opcode: opcodes,
      payload: payloads,
      fin: fc.boolean(),
      damage: fc.option(fc.tuple(fc.nat(13), fc.nat(255)), { freq: 4 }),
    });
    fc.assert(
      fc.property(fc.array(frames, { maxLength: 8 }), fc.array(fc.nat(), { maxLength: 12 }), (list, cuts) => {
        const wire = list.map(({ opcode, payload, fin, damage }) => {
          const one = clientFrame(opcode, payload, { fin: fin || opcode === 'ping' });
          if (damage && damage[0] < one.length) one[damage[0]] = damage[1];
          return one;
        });
        // The zeros complete a header that was cut off: ws refuses a length before it has the mask.
        const reads = cutAt(Buffer.concat([...wire, Buffer.alloc(14)]), cuts);
        const ours = found(reads).map((event) => event.replace(/^(violation \d+) .*/, '$1'));
        const theirs = foundByWs(reads);
        // For ws the UTF-8 of a reason is one switch with that of messages, which is off.
        if (ours.at(-1) === 'violation 1007' && theirs.at(-1)?.startsWith('close'))
          theirs[theirs.length - 1] = 'violation 1007';
        const [mine, other] = [apart(ours), apart(theirs)];
        expect(mine.others).toEqual(other.others);
        // It hands on whole messages alone: the start of one that is cut off is missing there.
        expect(mine.data.startsWith(other.data)).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });
});

describe('a frame for a client', () => {
  it.each([0, 1, 125, 126, 127, 65535, 65536, 100_000])('of %d bytes is read by the ws package', (length) => {
    const payload = Buffer.alloc(length, 7);
    const receiver = new Receiver({ isServer: false });
    const got: Buffer[] = [];
    receiver.on('message', (message: Buffer) => got.push(message));
    receiver.write(binaryFrame(payload));
    expect(got.map((message) => message.equals(payload))).toEqual([true]);
  });

  it('that closes has a reason of at most 123 bytes, cut between characters', () => {
    for (const reason of ['x'.repeat(200), 'ü'.repeat(100), '€'.repeat(60), '😀'.repeat(40)]) {
      const wire = closeFrame(1011, reason);
      const text = wire.subarray(4).toString();
      expect(wire.length).toBeLessThanOrEqual(127);
      expect(wire.length).toBeGreaterThan(120);
      expect(reason.startsWith(text)).toBe(true);
      expect(wire.readUInt16BE(2)).toBe(1011);
    }
  });
});
