import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UnixListener } from '../../src/listener/unix.listener.js';
import type { ClientAddress } from '../../src/net/net-server.js';
import { nameOf, removeStale, SOCKET_PATH_BYTES } from '../../src/net/stale-socket.js';
import { GATE } from '../support/gate.js';
import { until } from '../support/until.js';

const before = process.cwd();
const open: Server[] = [];
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ser2tcp-stale-'));
  process.chdir(folder);
});
afterEach(async () => {
  process.chdir(before);
  for (const server of open.splice(0)) server.close();
  await rm(folder, { recursive: true, force: true });
});

/** Somebody who listens at this name. */
async function listening(name: string): Promise<Server> {
  const server = createServer();
  open.push(server);
  server.listen(name);
  await once(server, 'listening');
  return server;
}
/** What a program leaves that is killed. */
async function stale(name: string): Promise<void> {
  const server = await listening(`${name}.first`);
  await rename(`${name}.first`, name);
  server.close();
  await once(server, 'close');
}

describe('a Unix socket in the place of a new one', () => {
  it('is taken away when its program is gone, whatever others listen at that name in their own folders', async () => {
    await mkdir('elsewhere');
    process.chdir('elsewhere');
    await listening('console.sock');
    process.chdir(folder);
    await stale('console.sock');
    await removeStale('console.sock');
    expect([existsSync('console.sock'), existsSync('elsewhere/console.sock')]).toEqual([false, true]);
  });

  it.each([
    ['by a name of this folder', () => 'console.sock'],
    ['by its absolute name', () => join(folder, 'console.sock')],
  ])('stays when somebody listens there %s', async (_how, name) => {
    await listening(name());
    for (const path of ['console.sock', './console.sock', join(folder, 'console.sock')])
      await expect(removeStale(path)).rejects.toThrow(
        `Cannot listen on ${path}: another program listens on it`,
      );
    expect(existsSync('console.sock')).toBe(true);
  });
});

(process.platform === 'linux' ? describe : describe.skip)('a Unix socket of this program', () => {
  it('is seen without a connection to it, which would open the device', async () => {
    const accepted: string[] = [];
    const gate = {
      ...GATE,
      accept: (_client: unknown, from: ClientAddress) => (accepted.push(from.text), () => {}),
    };
    const signal = new AbortController().signal;
    const listener = new UnixListener('console.sock', {});
    await listener.open(gate, signal);
    await expect(new UnixListener('console.sock', {}).open(gate, signal)).rejects.toThrow(
      'Cannot listen on console.sock: another program listens on it',
    );
    const client = connect('console.sock');
    await until(() => accepted.length > 0);
    expect(accepted).toEqual(['console.sock#1']);
    client.destroy();
    await listener.close();
    expect(existsSync('console.sock')).toBe(false);
  });
});

describe('the name to listen at', () => {
  it('is absolute as far as the system takes it', async () => {
    expect(nameOf('console.sock')).toBe(join(folder, 'console.sock'));
    const deep = 'd'.repeat(SOCKET_PATH_BYTES);
    await mkdir(deep);
    process.chdir(deep);
    expect(nameOf('console.sock')).toBe('console.sock');
  });
});
