import { afterEach, expect, it } from '@jest/globals';
import { type ChildProcess, execFile } from 'node:child_process';
import { join } from 'node:path';
import { describeWith } from '../support/needs.js';

const RUN = join(import.meta.dirname, '..', '..', 'bench', 'soak', 'run.mjs');
/** Some of everything, with the same chances each time; the whole of it is `npm run soak`. */
const SMALL = ['--seconds', '6', '--ports', '8', '--clients', '40', '--seed', '1'];
const LIMIT_MS = 180_000;

let running: ChildProcess | undefined;

afterEach(() => {
  // It ends its server by itself.
  running?.kill('SIGTERM');
});

/** What it printed, and its exit status. */
function soak(...args: string[]): Promise<{ status: number | string | null; said: string }> {
  return new Promise((resolve) => {
    running = execFile(process.execPath, [RUN, ...args], (error, stdout, stderr) => {
      running = undefined;
      resolve({ status: error ? (error.code ?? error.signal ?? null) : 0, said: `${stderr}${stdout}` });
    });
  });
}

describeWith(['openssl'], 'a short soak', () => {
  it(
    'loses nothing that is not reported',
    async () => {
      const { status, said } = await soak(...SMALL);
      expect({ status, said }).toEqual({ status: 0, said: expect.stringContaining('what must hold') });
    },
    LIMIT_MS,
  );
});
