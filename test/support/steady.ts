import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';

/** The program looks at its own descriptors by itself, and holds a few more for that long. */
const LOOK_MS = 200;
const DEADLINE_MS = 20_000;

/** What two looks in a row agree on, at something that nobody tells of: the program's descriptors. */
export async function steady<T>(look: () => Promise<T>): Promise<T> {
  for (let last = await look(); ;) {
    await pause(LOOK_MS);
    const now = await look();
    if (isDeepStrictEqual(now, last)) return now;
    last = now;
  }
}

/** What it comes to: `wanted` as soon as it is that, else what it still is when there was time enough. */
export async function inTheEnd<T>(look: () => Promise<T>, wanted: T): Promise<T> {
  const deadline = performance.now() + DEADLINE_MS;
  for (;;) {
    const now = await look();
    if (isDeepStrictEqual(now, wanted) || performance.now() > deadline) return now;
    await pause(LOOK_MS);
  }
}
