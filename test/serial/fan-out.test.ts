import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { doubleEscapes } from '../../src/protocol/escape-ff.js';
import { FanOut, Receiver } from '../../src/serial/fan-out.js';

const raw = (chunk: Buffer) => chunk;

/** The clock goes on only by what a test says. */
let now = 0;
beforeEach(() => {
  jest.spyOn(performance, 'now').mockImplementation(() => now);
});
afterEach(() => {
  jest.restoreAllMocks();
});

class Got implements Receiver {
  readonly chunks: Buffer[] = [];
  constructor(
    readonly encode: Receiver['encode'],
    private readonly slowMs = 0,
    private readonly taken = false,
  ) {}
  send(wire: Buffer): boolean {
    this.chunks.push(wire);
    now += this.slowMs;
    return this.taken;
  }
  get text(): string {
    return Buffer.concat(this.chunks).toString('latin1');
  }
}

/** Time goes on until so much was sent, for a second at most. */
async function afterwards(got: Got, bytes: number): Promise<void> {
  for (let ms = 0; got.text.length < bytes && ms < 1000; ms++) {
    now += 1;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

describe('the fan-out of what a device sends', () => {
  it('gives every receiver the same buffer, encoded once for all that share an encoding', () => {
    const fanOut = new FanOut();
    const encode = jest.fn(doubleEscapes);
    const receivers = [new Got(encode), new Got(encode), new Got(raw)];
    for (const receiver of receivers) fanOut.add(receiver);
    fanOut.push(Buffer.from('a\xffb', 'latin1'));
    expect(receivers.map((receiver) => receiver.text)).toEqual(['a\xff\xffb', 'a\xff\xffb', 'a\xffb']);
    expect(encode).toHaveBeenCalledTimes(1);
    expect(receivers[0]?.chunks[0]).toBe(receivers[1]?.chunks[0]);
  });

  it('forgets what it has joined when the last receiver goes', async () => {
    const fanOut = new FanOut();
    const gone = new Got(raw, 5);
    fanOut.add(gone);
    for (const text of ['a', 'b']) fanOut.push(Buffer.from(text));
    fanOut.remove(gone);
    const next = new Got(raw);
    fanOut.add(next);
    fanOut.push(Buffer.from('c'));
    await afterwards(next, 1);
    expect([gone.text, next.text]).toEqual(['a', 'c']);
  });

  it('sends nothing where the encoding leaves nothing', () => {
    const fanOut = new FanOut();
    const got = new Got(() => Buffer.alloc(0));
    fanOut.add(got);
    fanOut.push(Buffer.from('a'));
    expect(got.chunks).toEqual([]);
  });

  it('sends at once when it was idle', () => {
    const fanOut = new FanOut();
    const got = new Got(raw);
    fanOut.add(got);
    fanOut.push(Buffer.from('a'));
    expect(got.text).toBe('a');
  });

  it('joins what comes right after a fan-out that took long, and loses and reorders nothing', async () => {
    const fanOut = new FanOut();
    const got = new Got(raw, 5);
    fanOut.add(got);
    for (const byte of 'abcdef') fanOut.push(Buffer.from(byte));
    expect(got.chunks.length).toBe(1);
    await afterwards(got, 6);
    expect(got.chunks.map(String)).toEqual(['a', 'bcdef']);
  });

  it('joins no more than 64 KiB', async () => {
    const fanOut = new FanOut();
    const got = new Got(raw, 20);
    fanOut.add(got);
    fanOut.push(Buffer.from('a'));
    for (let count = 0; count < 4; count++) fanOut.push(Buffer.alloc(20 * 1024));
    expect(got.chunks.map((chunk) => chunk.length)).toEqual([1, 60 * 1024]);
    await afterwards(got, 1 + 80 * 1024);
    expect(got.chunks.map((chunk) => chunk.length)).toEqual([1, 60 * 1024, 20 * 1024]);
  });

  it('gives out what it joined when it is told to', () => {
    const fanOut = new FanOut();
    const got = new Got(raw, 5);
    fanOut.add(got);
    fanOut.push(Buffer.from('a'));
    fanOut.push(Buffer.from('b'));
    fanOut.flush();
    expect(got.text).toBe('ab');
  });

  it('says whether anybody still needs the bytes', () => {
    const free = (...receivers: Receiver[]) => {
      const fanOut = new FanOut();
      for (const receiver of receivers) fanOut.add(receiver);
      return fanOut.push(Buffer.from('a'));
    };
    // Too large for the memory that small buffers share, whose size differs between versions of Node.
    const copy = (chunk: Buffer) => Buffer.concat([Buffer.alloc(Buffer.poolSize), chunk]);
    expect(free()).toBe(true);
    expect(free(new Got(raw, 0, true), new Got(raw, 0, true))).toBe(true);
    expect(free(new Got(raw, 0, true), new Got(raw, 0, false))).toBe(false);
    expect(free(new Got(raw, 0, true), new Got(copy, 0, false))).toBe(true);
  });

  it('leaves what it joined to a receiver that has not sent it yet', () => {
    const fanOut = new FanOut();
    const got = new Got(raw, 5);
    fanOut.add(got);
    for (let round = 0; round < 50; round++)
      for (let letter = 0; letter < 26; letter++) {
        fanOut.push(Buffer.from([65 + letter]));
        if (letter % 5 === 0) fanOut.flush();
      }
    fanOut.flush();
    expect(got.text).toBe('ABCDEFGHIJKLMNOPQRSTUVWXYZ'.repeat(50));
  });

  it('lets a receiver go while it sends', () => {
    const fanOut = new FanOut();
    const leaving: Receiver = { encode: raw, send: () => (fanOut.remove(leaving), true) };
    const got = new Got(raw);
    fanOut.add(leaving);
    fanOut.add(got);
    fanOut.push(Buffer.from('a'));
    expect(got.text).toBe('a');
  });
});
