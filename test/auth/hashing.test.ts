import { describe, expect, it } from '@jest/globals';
import { Hashing } from '../../src/auth/hashing.js';

/** Tasks that end when they are told to. */
function tasks(hashing: Hashing) {
  const ends: (() => void)[] = [];
  const task = (name: string) => () => new Promise<string>((resolve) => ends.push(() => resolve(name)));
  return { ends, start: (name: string) => hashing.run(task(name)) };
}

describe('hashing', () => {
  it('runs two at a time, and the others in their turn', async () => {
    const { ends, start } = tasks(new Hashing());
    const done = ['a', 'b', 'c', 'd'].map((name) => start(name));
    expect(ends).toHaveLength(2);
    ends[1]?.();
    expect(await done[1]).toBe('b');
    expect(ends).toHaveLength(3);
    ends[2]?.();
    expect(await done[2]).toBe('c');
    expect(ends).toHaveLength(4);
    ends[0]?.();
    ends[3]?.();
    expect(await Promise.all(done)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('goes on after one that fails', async () => {
    const hashing = new Hashing();
    const failing = () => hashing.run(() => Promise.reject(new Error('no memory')));
    await expect(Promise.all([failing(), failing(), failing()])).rejects.toThrow('no memory');
    expect(await hashing.run(() => Promise.resolve('done'))).toBe('done');
  });

  it('refuses what would wait for too long', async () => {
    const { ends, start } = tasks(new Hashing());
    const taken = Array.from({ length: 34 }, (_, index) => start(String(index)));
    await expect(start('more')).rejects.toMatchObject({ status: 503, headers: { 'Retry-After': '3' } });
    for (let end = 0; end < 34; end++) {
      ends[end]?.();
      await taken[end];
    }
    expect(ends).toHaveLength(34);
  });
});
