import { describe, expect, it } from '@jest/globals';
import { Hashing } from '../../src/auth/hashing.js';

/** Everything that was waiting for something has gone on. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

/** Tasks that end when they are told to. */
function tasks(hashing: Hashing) {
  const ends: (() => void)[] = [];
  const task = (name: string) => () => new Promise<string>((resolve) => ends.push(() => resolve(name)));
  return { ends, start: (name: string, by = 'one') => hashing.run(by, task(name)) };
}

describe('hashing', () => {
  it('runs two at a time, and the others in their turn', async () => {
    const { ends, start } = tasks(new Hashing());
    const done = ['a', 'b', 'c', 'd'].map((name) => start(name));
    expect(ends).toHaveLength(2);
    ends[1]?.();
    expect(await done[1]).toBe('b');
    await settled();
    expect(ends).toHaveLength(3);
    ends[2]?.();
    expect(await done[2]).toBe('c');
    await settled();
    expect(ends).toHaveLength(4);
    ends[0]?.();
    ends[3]?.();
    expect(await Promise.all(done)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('goes on after one that fails', async () => {
    const hashing = new Hashing();
    const failing = () => hashing.run('one', () => Promise.reject(new Error('no memory')));
    await expect(Promise.all([failing(), failing(), failing()])).rejects.toThrow('no memory');
    expect(await hashing.run('one', () => Promise.resolve('done'))).toBe('done');
  });

  it('lets those who ask take turns', async () => {
    const { ends, start } = tasks(new Hashing());
    const order: string[] = [];
    const ask = async (name: string, by: string) => void order.push(await start(name, by));
    const done = [1, 2, 3, 4, 5].map((time) => ask(`often ${time}`, 'often'));
    done.push(ask('once', 'once'));
    for (let end = 0; end < done.length; end++) {
      ends[end]?.();
      await settled();
    }
    await Promise.all(done);
    expect(order).toEqual(['often 1', 'often 2', 'often 3', 'once', 'often 4', 'often 5']);
  });

  it('refuses what would wait for too long, of one who asks and of all', async () => {
    const { ends, start } = tasks(new Hashing());
    const taken: Promise<string>[] = [];
    for (let place = 0; place < 18; place++) taken.push(start('', 'a'));
    await expect(start('', 'a')).rejects.toMatchObject({ status: 429, headers: { 'Retry-After': '2' } });
    for (const by of ['b', 'c', 'd']) for (let place = 0; place < 16; place++) taken.push(start('', by));
    await expect(start('', 'e')).rejects.toMatchObject({ status: 503, headers: { 'Retry-After': '2' } });
    for (let end = 0; end < taken.length; end++) {
      ends[end]?.();
      await settled();
    }
    expect(await Promise.all(taken)).toHaveLength(66);
  });
});
