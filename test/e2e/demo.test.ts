import { afterEach, describe, expect, it } from '@jest/globals';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { PROJECT } from '../support/pages.js';
import { Reader } from '../support/reader.js';

let demo: ChildProcess | undefined;
afterEach(() => {
  // With all that it started.
  if (demo?.pid && demo.exitCode === null) process.kill(-demo.pid, 'SIGKILL');
});

describe('npm run demo', () => {
  it.each<NodeJS.Signals>(['SIGTERM', 'SIGHUP'])('ends its server with itself at %s', async (signal) => {
    const child = spawn(process.execPath, [join(PROJECT, 'scripts', 'demo.mjs')], {
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    demo = child;
    const log = new Reader(child.stderr);
    await log.upTo(' serving ');
    const exited = once(child, 'exit');
    child.kill(signal);
    expect(await exited).toEqual([0, null]);
    // The server has the other end too: it comes to its end when both are gone.
    expect((await log.rest()).toString()).toContain('SIGTERM: stopping');
  });
});
