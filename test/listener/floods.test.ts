import { afterEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { closeClients, connectTcp } from '../support/client.js';
import { FakeDevice } from '../support/fake-device.js';
import { startServer, stopServers, tcp } from '../support/server.js';
import { until } from '../support/until.js';

const control = { rts: true, dtr: true, signals: ['rts'] };
const config = (server: object) => ({
  ports: [{ name: 'p', serial: { port: 'loop://' }, servers: [server] }],
});

afterEach(async () => {
  closeClients();
  await stopServers();
});

/** Sends as fast as the server takes it, until it takes no more for a while or has had `most` bytes. */
async function pour(
  client: Awaited<ReturnType<typeof connectTcp>>,
  bytes: Buffer,
  most: number,
): Promise<number> {
  let sent = 0;
  while (sent < most) {
    sent += bytes.length;
    if (client.socket.write(bytes)) continue;
    const blocked = new Promise<'blocked'>((resolve) => setTimeout(resolve, 500, 'blocked'));
    if ((await Promise.race([once(client.socket, 'drain'), blocked])) === 'blocked') break;
  }
  return sent;
}

describe('a client that floods', () => {
  it('a blocked device with line commands is held back', async () => {
    const device = new FakeDevice();
    device.blocked = true;
    const server = await startServer(config(tcp({ control })), () => Promise.resolve(device));
    const client = await connectTcp(server.tcpPort());
    client.socket.resume();
    client.socket.write('x');
    const sent = await pour(client, Buffer.from('ff01ff00'.repeat(8192), 'hex'), 64 * 1024 * 1024);
    expect(sent).toBeLessThan(32 * 1024 * 1024);
    device.unblock();
  });

  it('the server with questions for the lines has them answered together', async () => {
    const device = new FakeDevice();
    let reads = 0;
    const getLines = device.getLines.bind(device);
    device.getLines = () => {
      reads++;
      return getLines();
    };
    const server = await startServer(config(tcp({ control })), () => Promise.resolve(device));
    const client = await connectTcp(server.tcpPort());
    client.socket.write(Buffer.from('ffc0'.repeat(100_000), 'hex'));
    client.socket.write('end');
    await until(() => device.calls.join('').includes('end'));
    expect((await client.got.take(2)).toString('hex')).toBe('ff81');
    expect(reads).toBeLessThan(1000);
  });

  it('the server with requests whose answers it does not read is held back', async () => {
    const server = await startServer(config(tcp({ protocol: 'telnet', send_timeout: 60 })));
    const client = await connectTcp(server.tcpPort());
    client.socket.pause();
    const requests = Buffer.from('fffd01fffe01'.repeat(8192), 'hex');
    const sent = await pour(client, requests, 256 * 1024 * 1024);
    expect(sent).toBeLessThan(128 * 1024 * 1024);
    expect(server.server().connections[0]?.backlog).toBeLessThan(1024 * 1024);
  });
});

describe('a client that is held back', () => {
  it('is dropped when it has gone, with a line and a count of its own, and not before', async () => {
    const device = new FakeDevice();
    device.blocked = true;
    const server = await startServer(config(tcp()), () => Promise.resolve(device));
    const client = await connectTcp(server.tcpPort());
    client.socket.write(Buffer.alloc(1024 * 1024));
    await until(() => server.port().queued >= 128 * 1024);
    const held = server.port().clients[0];
    held?.dropIfGone('it is dropped all the same');
    expect(server.server().connections.length).toBe(1);
    client.socket.resetAndDestroy();
    await client.ended;
    held?.dropIfGone('the device is stuck');
    await server.log.line(
      /dropped \S+ it has gone, and the device is stuck; [1-9]\d* bytes that it sent were not read$/,
    );
    expect([server.server().counts.drops, server.port().record.clients.drops]).toEqual([
      { device: 1 },
      { device: 1 },
    ]);
    device.unblock();
  });
});

describe('a client that has said its last', () => {
  it('still counts, and is the first to make room', async () => {
    const device = new FakeDevice();
    const server = await startServer(config(tcp({ max_connections: 2 })), () => Promise.resolve(device));
    const stays = await connectTcp(server.tcpPort());
    await server.log.some(1, / connected /);
    const leaving = await connectTcp(server.tcpPort());
    await server.log.some(2, / connected /);
    leaving.socket.end();
    await until(() => server.server().connections.some((connection) => connection.leaving));
    const next = await connectTcp(server.tcpPort());
    await server.log.some(3, / connected /);
    expect(await leaving.ended).toBe('end');
    device.events?.data(Buffer.from('hello'));
    expect([await stays.got.text(5), await next.got.text(5)]).toEqual(['hello', 'hello']);
  });
});

describe('buffer_limit', () => {
  it('does not count what the system has taken at once', async () => {
    const device = new FakeDevice();
    const server = await startServer(config(tcp({ buffer_limit: 1024 })), () => Promise.resolve(device));
    const client = await connectTcp(server.tcpPort());
    await server.log.some(1, / connected /);
    for (let count = 0; count < 3; count++) device.events?.data(Buffer.alloc(1000, 'x'));
    expect(await client.got.text(3000)).toBe('x'.repeat(3000));
    expect(server.server().counts.dropped).toBe(0);
  });
});
