import { describe, expect, it, jest } from '@jest/globals';
import { WriteQueue } from '../../src/serial/write-queue.js';

/** A device that takes a batch when the test says so. */
function slowDevice() {
  const batches: string[] = [];
  const waiting: ((error?: Error) => void)[] = [];
  return {
    batches,
    take: (error?: Error) => waiting.shift()?.(error),
    write: (chunk: Buffer, done: (error?: Error | null) => void) => {
      batches.push(chunk.toString());
      waiting.push((error) => {
        // Until it is done, nobody else may write to the memory.
        expect(chunk.toString()).toBe(batches.at(-1));
        done(error);
      });
    },
  };
}
const events = () => ({ taken: jest.fn(), failed: jest.fn() });
const settled = () => new Promise(setImmediate);

describe('the queue of what clients write', () => {
  it('hands the first chunk over at once, and what came meanwhile in one batch', () => {
    const device = slowDevice();
    const queue = new WriteQueue(device, events());
    for (const text of ['a', 'bc', 'd']) queue.push(Buffer.from(text));
    expect(device.batches).toEqual(['a']);
    expect(queue.bytes).toBe(4);
    device.take();
    expect(device.batches).toEqual(['a', 'bcd']);
    expect(queue.bytes).toBe(3);
  });

  it('tells of each part that was taken, when the next is on its way', () => {
    const device = slowDevice();
    const left: string[] = [];
    const queue = new WriteQueue(device, {
      taken: () => left.push(`${queue.bytes} left, ${device.batches.length} sent`),
      failed: () => {},
    });
    for (const text of ['a', 'bc']) queue.push(Buffer.from(text));
    expect(left).toEqual([]);
    device.take();
    device.take();
    expect(left).toEqual(['2 left, 2 sent', '0 left, 2 sent']);
  });

  it('does a task when the bytes before it were taken, and sends those after it when it is done', async () => {
    const device = slowDevice();
    const queue = new WriteQueue(device, events());
    let finish = () => {};
    queue.push(Buffer.from('before'));
    queue.do(() => new Promise<void>((resolve) => (finish = resolve)));
    queue.push(Buffer.from('after'));
    device.take();
    await settled();
    expect(device.batches).toEqual(['before']);
    finish();
    await settled();
    expect(device.batches).toEqual(['before', 'after']);
  });

  it('does a task at once when nothing waits', async () => {
    const task = jest.fn(() => Promise.resolve());
    new WriteQueue(slowDevice(), events()).do(task);
    await settled();
    expect(task).toHaveBeenCalledTimes(1);
  });

  it('hands over no more than 64 KiB at a time, in order', () => {
    const device = slowDevice();
    const queue = new WriteQueue(device, events());
    const chunks = ['a', 'b', 'c', 'd', 'e'].map((letter) => letter.repeat(40 * 1024));
    for (const chunk of chunks) queue.push(Buffer.from(chunk));
    for (let taken = 0; taken < 5; taken++) device.take();
    expect(device.batches.map((batch) => batch.length / 1024)).toEqual([40, 64, 64, 32]);
    expect(device.batches.join('')).toBe(chunks.join(''));
  });

  it('has a copy of what it was given', () => {
    const device = slowDevice();
    const queue = new WriteQueue(device, events());
    const shared = Buffer.from('a');
    for (const text of ['a', 'b', 'c']) {
      shared.write(text);
      queue.push(shared);
    }
    shared.write('z');
    device.take();
    device.take();
    expect(device.batches).toEqual(['a', 'bc']);
  });

  it('says what failed, and sends nothing more', () => {
    const device = slowDevice();
    const told = events();
    const queue = new WriteQueue(device, told);
    queue.push(Buffer.from('a'));
    queue.push(Buffer.from('b'));
    device.take(new Error('write EPIPE'));
    expect(told.failed).toHaveBeenCalledWith(expect.objectContaining({ message: 'write EPIPE' }));
    expect(device.batches).toEqual(['a']);
  });

  it('counts what did not go out when it is stopped, and is silent from then on', () => {
    const device = slowDevice();
    const told = events();
    const queue = new WriteQueue(device, told);
    queue.push(Buffer.from('abc'));
    queue.push(Buffer.from('de'));
    expect(queue.stop()).toBe(5);
    device.take();
    queue.push(Buffer.from('f'));
    expect(device.batches).toEqual(['abc']);
    expect(told.taken).not.toHaveBeenCalled();
  });
});
