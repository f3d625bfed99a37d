import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Outbox } from '../../src/listener/outbox.js';

/** A socket whose peer reads when the test says so. */
function newOutbox(limits: { send_timeout?: number; buffer_limit?: number | null } = {}, atOnce = false) {
  const sent: string[] = [];
  const taking: (() => void)[] = [];
  const told: string[] = [];
  const outbox = new Outbox(
    (chunks, taken) => {
      sent.push(chunks.map(String).join('|'));
      taking.push(taken);
      return atOnce;
    },
    { send_timeout: 5, buffer_limit: null, ...limits },
    { empty: () => told.push('empty'), overdue: (reason) => told.push(reason) },
  );
  return { outbox, sent, told, take: () => taking.shift()?.() };
}

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

describe('what waits for one client', () => {
  it('goes out at once, and what came meanwhile in one write', () => {
    const { outbox, sent, take, told } = newOutbox();
    for (const text of ['a', 'b', 'cd']) outbox.push(Buffer.from(text));
    expect([sent, outbox.bytes]).toEqual([['a'], 4]);
    take();
    expect([sent, outbox.bytes]).toEqual([['a', 'b|cd'], 3]);
    take();
    expect([outbox.bytes, told]).toEqual([0, ['empty']]);
  });

  it('is not watched by a timer while the system takes it at once', () => {
    const { outbox } = newOutbox({}, true);
    outbox.push(Buffer.from('a'));
    expect(jest.getTimerCount()).toBe(0);
  });

  it('is given up when it was not taken within send_timeout', () => {
    const { outbox, told } = newOutbox({ send_timeout: 5 });
    outbox.push(Buffer.from('abc'));
    jest.advanceTimersByTime(4999);
    expect(told).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(told).toEqual(['it did not take its bytes within 5 s (send_timeout); 3 bytes were not sent']);
  });

  it('has send_timeout for each byte from when it came, not for all together', () => {
    const { outbox, told, take } = newOutbox({ send_timeout: 5 });
    outbox.push(Buffer.from('a'));
    for (let round = 0; round < 10; round++) {
      jest.advanceTimersByTime(4000);
      outbox.push(Buffer.from('b'));
      take();
    }
    expect(told).toEqual([]);
    jest.advanceTimersByTime(5000);
    expect(told).toEqual(['it did not take its bytes within 5 s (send_timeout); 1 bytes were not sent']);
  });

  it('is given up when a client that takes some falls behind by send_timeout', () => {
    const { outbox, told, take } = newOutbox({ send_timeout: 5 });
    outbox.push(Buffer.from('a'));
    outbox.push(Buffer.from('b'));
    jest.advanceTimersByTime(3000);
    take();
    jest.advanceTimersByTime(2000);
    expect(told).toEqual(['it did not take its bytes within 5 s (send_timeout); 1 bytes were not sent']);
  });

  it('is given up when it would be more than buffer_limit', () => {
    const { outbox, told } = newOutbox({ buffer_limit: 4 });
    outbox.push(Buffer.from('abcd'));
    expect(told).toEqual([]);
    outbox.push(Buffer.from('e'));
    expect(told).toEqual(['more than 4 bytes were waiting for it (buffer_limit); 5 bytes were not sent']);
    outbox.push(Buffer.from('f'));
    expect(outbox.bytes).toBe(4);
  });

  it('leaves no timer behind when it is closed', () => {
    const { outbox } = newOutbox();
    outbox.push(Buffer.from('a'));
    outbox.close();
    expect(jest.getTimerCount()).toBe(0);
  });
});
