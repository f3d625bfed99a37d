import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadPeerCalls, unreadOfGone } from '../../src/net/peer.js';
import { until } from '../support/until.js';

const ends: (() => unknown)[] = [];
beforeAll(loadPeerCalls);
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

/** Both ends of a connection whose server does not read. */
async function pair(listen: (server: Server) => Promise<string | number>) {
  const server = createServer({ pauseOnConnect: true, allowHalfOpen: true });
  const at = await listen(server);
  ends.push(() => server.close());
  const accepted = once(server, 'connection') as Promise<[Socket]>;
  const client = typeof at === 'string' ? connect(at) : connect(at, '127.0.0.1');
  const [socket] = await accepted;
  ends.push(() => (socket.destroy(), client.destroy()));
  return { socket, client };
}

async function overTcp(server: Server) {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return (server.address() as { port: number }).port;
}

async function overUnix(server: Server) {
  const folder = await mkdtemp(join(tmpdir(), 'ser2tcp-peer-'));
  ends.push(() => rm(folder, { recursive: true }));
  const path = join(folder, 'socket');
  await once(server.listen(path), 'listening');
  return path;
}

(process.platform === 'linux' ? describe : describe.skip)('a socket that is not read', () => {
  it.each([
    ['TCP', 'closed', overTcp],
    ['TCP', 'reset', overTcp],
    ['Unix', 'closed', overUnix],
  ])('over %s tells when the other side has %s it, and what came before', async (_kind, how, listen) => {
    const { socket, client } = await pair(listen);
    await new Promise<void>((resolve) => client.write('hello', () => resolve()));
    expect(unreadOfGone(socket)).toBe(undefined);
    if (how === 'reset') client.resetAndDestroy();
    else client.destroy();
    await once(client, 'close');
    // Closed is what this end is by then; the other learns of it as soon as the system gets to it.
    await until(() => unreadOfGone(socket) !== undefined);
    expect(unreadOfGone(socket)).toBe(5);
  });

  it('tells nothing once it is closed itself', async () => {
    const { socket } = await pair(overTcp);
    socket.destroy();
    await once(socket, 'close');
    expect(unreadOfGone(socket)).toBe(undefined);
  });
});
