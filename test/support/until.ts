import { setImmediate as turn } from 'node:timers/promises';

/** As soon as it is so; a test that never ends would keep everybody waiting. */
export async function until(holds: () => boolean): Promise<void> {
  const deadline = performance.now() + 15_000;
  while (!holds()) {
    if (performance.now() > deadline) throw new Error(`It never came to ${String(holds)}`);
    await turn();
  }
}
