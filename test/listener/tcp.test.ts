import { afterEach, describe, expect, it } from '@jest/globals';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { closeClients, connectTcp } from '../support/client.js';
import { FakeDevice } from '../support/fake-device.js';
import { startServer, stopServers, tcp } from '../support/server.js';
import { until } from '../support/until.js';

const loop = (servers: object[], more: object = {}) => ({
  ports: [{ name: 'p', serial: { port: 'loop://' }, servers, ...more }],
});

afterEach(async () => {
  closeClients();
  await stopServers();
});

describe('a tcp server', () => {
  it.each([
    ['127.0.0.1', ['127.0.0.1']],
    ['::1', ['::1']],
    ['::', ['127.0.0.1', '::1']],
    ['localhost', ['localhost']],
    ['', ['127.0.0.1']],
  ])('bound to "%s" serves %j', async (address, from) => {
    const server = await startServer(loop([tcp({ address })]));
    for (const host of from) {
      const { socket, got } = await connectTcp(server.tcpPort(), host);
      socket.write('hello');
      expect(await got.text(5)).toBe('hello');
    }
  });

  it('gives the answer to a client that has closed its own direction, and then ends', async () => {
    const server = await startServer(loop([tcp()]));
    const { socket, got, ended } = await connectTcp(server.tcpPort());
    socket.end('hello');
    expect((await got.rest()).toString()).toBe('hello');
    expect(await ended).toBe('end');
  });

  it('keeps a chunk of one client in one piece among those of others', async () => {
    const device = new FakeDevice();
    const server = await startServer(loop([tcp()]), () => Promise.resolve(device));
    const clients = await Promise.all(Array.from({ length: 5 }, () => connectTcp(server.tcpPort())));
    clients.forEach(({ socket }, index) => {
      for (let count = 0; count < 50; count++) socket.write(`<${String(index).repeat(40)}>`);
    });
    const written = () =>
      device.calls
        .filter((call) => call.startsWith('write'))
        .map((call) => call.slice(6))
        .join('');
    await until(() => written().length >= 5 * 50 * 42);
    expect(written()).toMatch(/^(<(?:0{40}|1{40}|2{40}|3{40}|4{40})>)*$/);
  });

  it('refuses a client whose device cannot be opened, and says why', async () => {
    const server = await startServer({
      ports: [{ name: 'p', serial: { port: '/dev/ser2tcp-none' }, servers: [tcp()] }],
    });
    const { ended } = await connectTcp(server.tcpPort());
    await ended;
    expect(await server.log.line(/refused/)).toMatch(
      /^WARNING \[p tcp\] refused 127\.0\.0\.1:\d+: Cannot open \/dev\/ser2tcp-none: there is no such device; is it plugged in\?$/,
    );
    expect(server.server().counts).toMatchObject({ accepted: 0, refusals: { device: 1 } });
  });

  it('gives a client all that the device sent before it was lost, and ends the connection at once', async () => {
    const device = new FakeDevice();
    const server = await startServer(loop([tcp()]), () => Promise.resolve(device));
    const { got, ended } = await connectTcp(server.tcpPort());
    await server.log.line(/ connected /);
    device.events?.data(Buffer.from('last words'));
    device.events?.lost('it was unplugged');
    expect((await got.rest()).toString()).toBe('last words');
    expect(await ended).toBe('end');
  });

  it('disconnects a client after idle_timeout without a byte, and not one that gets some', async () => {
    const server = await startServer(loop([tcp({ idle_timeout: 0.2 }), tcp()]));
    const idle = await connectTcp(server.tcpPort(0, 0));
    await server.log.line(/ connected /);
    expect(await idle.ended).toBe('end');
    expect(await server.log.line(/idle_timeout/)).toContain('nothing was sent either way for 0.2 s');
  });

  it('is tried again when its address was taken, and takes it as soon as it is free', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const server = await startServer(loop([tcp({ port })]));
    expect(await server.log.line(/Cannot listen/)).toBe(
      `ERROR [p tcp] Cannot listen on 127.0.0.1:${port}: another program or server has it; trying again every 5 s`,
    );
    await new Promise((resolve) => other.close(resolve));
    await server.log.line(/listening on/);
    const { socket, got } = await connectTcp(port);
    socket.write('x');
    expect(await got.text(1)).toBe('x');
  });
});

describe('a client that does not read', () => {
  it('is reset after send_timeout, while the others get every byte', async () => {
    const device = new FakeDevice();
    // The reader shares its thread with the server, so it is not held to the same time.
    const servers = [tcp({ send_timeout: 0.5 }), tcp({ send_timeout: 60 })];
    const server = await startServer(loop(servers), () => Promise.resolve(device));
    const stuck = await connectTcp(server.tcpPort());
    const reader = await connectTcp(server.tcpPort(0, 1));
    await server.log.some(2, / connected /);
    stuck.socket.pause();
    let sent = 0;
    let total = 0;
    reader.socket.on('data', (chunk: Buffer) => (total += chunk.length));
    const chunk = Buffer.alloc(64 * 1024);
    const dropped = server.log.line(/dropped/);
    let done = false;
    void dropped.then(() => (done = true));
    await until(() => {
      // No faster than the reader, which shares this thread.
      if (sent - total < 1024 * 1024) {
        device.events?.data(chunk);
        sent += chunk.length;
      }
      return done;
    });
    expect(await dropped).toMatch(
      /did not take its bytes within 0\.5 s \(send_timeout\); \d+ bytes were not sent$/,
    );
    await until(() => total >= sent);
    expect(total).toBe(sent);
    stuck.socket.resume();
    await stuck.ended;
    await server.log.line(/disconnected/);
    expect(server.server().counts).toMatchObject({ accepted: 1, dropped: 1 });
    expect(server.server(0, 1).counts).toMatchObject({ accepted: 1, dropped: 0 });
  });

  it('is reset when more than buffer_limit waits for it', async () => {
    const device = new FakeDevice();
    const server = await startServer(loop([tcp({ buffer_limit: 100_000, send_timeout: 60 })]), () =>
      Promise.resolve(device),
    );
    const stuck = await connectTcp(server.tcpPort());
    await server.log.line(/ connected /);
    stuck.socket.pause();
    let done = false;
    const dropped = server.log.line(/dropped/);
    void dropped.then(() => (done = true));
    await until(() => {
      device.events?.data(Buffer.alloc(16 * 1024));
      return done;
    });
    expect(await dropped).toMatch(/more than 100000 bytes were waiting for it \(buffer_limit\)/);
  });
});
