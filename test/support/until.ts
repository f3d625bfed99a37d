import { setImmediate as turn } from 'node:timers/promises';

/** As soon as it is so; a test that never ends would keep everybody waiting. */
export async function until(holds: () => boolean, deadlineMs = 15_000): Promise<void> {
  const deadline = performance.now() + deadlineMs;
  while (!holds()) {
    if (performance.now() > deadline) throw new Error(`It never came to ${String(holds)}`);
    await turn();
  }
}
