import { afterEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { shareReads } from '../../src/net/shared-reads.js';
import { until } from '../support/until.js';

let server: Server | undefined;
const sockets: Socket[] = [];

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  server?.close();
  server = undefined;
});

/** A client, and the server's end of it. */
async function pair(): Promise<{ client: Socket; socket: Socket }> {
  server ??= createServer({ pauseOnConnect: true, allowHalfOpen: true }).listen(0, '127.0.0.1');
  if (!server.listening) await once(server, 'listening');
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [accepted] = (await once(server, 'connection')) as [Socket];
  const socket = shareReads(accepted);
  sockets.push(client, socket);
  return { client, socket };
}

/** What is read, as copies. */
function read(socket: Socket): { bytes: number; all(): Buffer; chunks: Buffer[] } {
  const copies: Buffer[] = [];
  const got = { bytes: 0, all: () => Buffer.concat(copies), chunks: [] as Buffer[] };
  socket.on('data', (chunk: Buffer) => {
    copies.push(Buffer.from(chunk));
    got.chunks.push(chunk);
    got.bytes += chunk.length;
  });
  return got;
}

describe('connections that share the memory of their reads', () => {
  it('hand on what each of them was sent', async () => {
    const pairs = [await pair(), await pair(), await pair()];
    const got = pairs.map(({ socket }) => read(socket));
    const text = (index: number) => `${index} of three `.repeat(30_000);
    pairs.forEach(({ client, socket }, index) => {
      socket.resume();
      client.end(text(index));
    });
    await Promise.all(pairs.map(({ socket }) => once(socket, 'end')));
    got.forEach((one, index) => expect(one.all().toString() === text(index)).toBe(true));
    expect(new Set(got.flatMap(({ chunks }) => chunks.map(({ buffer }) => buffer))).size).toBe(1);
  });

  it('know who is at the other end, and answer after that has closed its direction', async () => {
    const { client, socket } = await pair();
    expect([socket.remoteAddress, socket.remotePort]).toEqual(['127.0.0.1', client.localPort]);
    read(socket);
    socket.resume();
    client.end('question');
    await once(socket, 'end');
    socket.end('answer');
    const [answer] = (await once(client, 'data')) as [Buffer];
    expect(answer.toString()).toBe('answer');
  });

  it('are not read while they are paused, also when a listener pauses them', async () => {
    const { client, socket } = await pair();
    const got = read(socket);
    socket.once('data', () => socket.pause());
    socket.resume();
    client.write('first');
    await until(() => got.bytes === 5);
    client.write('second');
    const other = await pair();
    const seen = read(other.socket);
    other.socket.resume();
    other.client.write('other');
    await until(() => seen.bytes === 5);
    expect(got.all().toString()).toBe('first');
    socket.resume();
    await until(() => got.bytes === 11);
    expect(got.all().toString()).toBe('firstsecond');
  });

  it('can be reset', async () => {
    const { client, socket } = await pair();
    client.resume();
    const failed = once(client, 'error');
    socket.resetAndDestroy();
    expect(await failed).toMatchObject([{ code: 'ECONNRESET' }]);
  });
});
