import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { existsSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UnixListener } from '../../src/listener/unix.listener.js';
import { GATE } from '../support/gate.js';
import { until } from '../support/until.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ser2tcp-unix-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('a socket server that is given up while its file gets its owner', () => {
  it('leaves a file alone that has taken the place of its own', async () => {
    const path = join(folder, 'socket');
    const end = new AbortController();
    const listener = new UnixListener(path, { owner: process.getuid?.(), mode: '666' });
    const opened = listener.open(GATE, end.signal);
    // In the turn in which it is made: the new owner is not there before the next one.
    await until(() => existsSync(path));
    end.abort();
    expect(existsSync(path)).toBe(false);
    writeFileSync(path, '', { mode: 0o600 });
    await expect(opened).rejects.toThrow();
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });
});
