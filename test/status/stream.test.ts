import { afterEach, describe, expect, it } from '@jest/globals';
import { closeClients, connectTcp } from '../support/client.js';
import { FakeDevice } from '../support/fake-device.js';
import { startServer, stopServers, tcp } from '../support/server.js';
import { closeStatusClients, StatusClient } from '../support/status.js';

const http = [{ address: '127.0.0.1', port: 0 }];
const loop = (more: object = {}) => ({ serial: { port: 'loop://' }, servers: [tcp()], ...more });
interface Written {
  ports: Record<string, unknown>[];
}

afterEach(async () => {
  closeStatusClients();
  closeClients();
  await stopServers();
});

describe('GET /api/status?stream=1', () => {
  it('begins with everything, as lines of JSON that no proxy holds back', async () => {
    const server = await startServer({ http, ports: [loop({ name: 'a' })] });
    const stream = await StatusClient.open(server.url());
    expect(stream.response.headers.get('content-type')).toBe('application/x-ndjson');
    expect(stream.response.headers.get('x-accel-buffering')).toBe('no');
    await stream.until(({ lines }) => lines.length > 0);
    const { detected, ...rest } = stream.lines[0] ?? {};
    expect(rest).toEqual(await (await fetch(`${server.url()}/api/status`)).json());
    expect(detected).toEqual(await (await fetch(`${server.url()}/api/detect`)).json());
  });

  it('tells what changes of a port, and null for what is gone', async () => {
    const server = await startServer({ http, ports: [loop(), loop()] });
    const stream = await StatusClient.open(server.url());
    await stream.until(({ lines }) => lines.length > 0);
    const client = await connectTcp(server.tcpPort(1));
    await stream.until(({ ports }) => ports[1]?.signals !== undefined);
    for (const line of stream.lines.slice(1)) expect(line).toMatchObject({ port_index: 1, _delta: true });
    const before = stream.lines.length;
    client.socket.destroy();
    await stream.until(({ ports }) => ports[1]?.state === 'offline');
    const changes = Object.assign({}, ...stream.lines.slice(before)) as object;
    expect(changes).toMatchObject({ state: 'offline', signals: null, since: null });
  });

  it('tells all again when a port is added or removed', async () => {
    const server = await startServer({ http, ports: [loop({ name: 'a' })] });
    const stream = await StatusClient.open(server.url());
    await stream.until(({ ports }) => ports.length === 1);
    await server.config.change((draft) => (draft as unknown as Written).ports.unshift(loop({ name: 'b' })));
    await stream.until(({ ports }) => ports.length === 2);
    expect(stream.ports.map(({ name }) => name)).toEqual(['b', 'a']);
    await server.config.change((draft) => (draft as unknown as Written).ports.pop());
    await stream.until(({ ports }) => ports.length === 1);
  });

  it('merges what happens at once into at most ten lines a second', async () => {
    const server = await startServer({ http, ports: [loop()] });
    const stream = await StatusClient.open(server.url());
    await stream.until(({ lines }) => lines.length > 0);
    const start = performance.now();
    let clients = 0;
    while (performance.now() - start < 1500) {
      (await connectTcp(server.tcpPort())).socket.destroy();
      clients++;
    }
    await stream.until(({ ports }) => ports[0]?.servers[0]?.accepted === clients);
    const seconds = (performance.now() - start) / 1000;
    expect(clients).toBeGreaterThan(50);
    expect(stream.lines.length - 1).toBeLessThanOrEqual(10 * seconds + 1);
  });

  it('tells of bytes without telling of each', async () => {
    const server = await startServer({ http, ports: [loop()] });
    const client = await connectTcp(server.tcpPort());
    client.socket.write('x');
    await client.got.take(1);
    const stream = await StatusClient.open(server.url());
    await stream.until(({ ports }) => ports[0]?.signals !== undefined);
    const before = stream.lines.length;
    const start = performance.now();
    let sent = 1;
    while (performance.now() - start < 1500) {
      client.socket.write('x');
      await client.got.take(1);
      sent++;
    }
    await stream.until(({ ports }) => ports[0]?.bytes_read === sent && ports[0]?.bytes_written === sent);
    const seconds = (performance.now() - start) / 1000;
    expect(stream.lines.length - before).toBeLessThanOrEqual(seconds + 2);
  });

  it('tells of a line that changes', async () => {
    const device = new FakeDevice();
    const server = await startServer({ http, ports: [loop()] }, () => Promise.resolve(device));
    await connectTcp(server.tcpPort());
    const stream = await StatusClient.open(server.url());
    await stream.until(({ ports }) => ports[0]?.signals?.ri === false);
    device.lines = { rts: true, dtr: true, cts: true, dsr: false, ri: true, cd: false };
    await stream.until(({ ports }) => ports[0]?.signals?.ri === true && ports[0].signals.cts);
  });

  it('shows one port alone, that may go and come back', async () => {
    const server = await startServer({ http, ports: [loop({ name: 'a' }), loop({ name: 'b' })] });
    const stream = await StatusClient.open(server.url(), '&port=b');
    await stream.until(({ lines }) => lines.length > 0);
    expect(stream.lines[0]).toMatchObject({ port: { name: 'b', state: 'offline' }, admin: true });
    const client = await connectTcp(server.tcpPort(1));
    await stream.until(({ lines }) => lines.some(({ _delta, state }) => _delta && state === 'online'));
    await connectTcp(server.tcpPort(0));
    client.socket.destroy();
    await stream.until(({ lines }) => lines.some(({ _delta, state }) => _delta && state === 'offline'));
    expect(stream.lines.every(({ port_index }) => port_index === undefined)).toBe(true);
    const rename = (from: string, to: string) =>
      server.config.change((draft) => {
        for (const port of (draft as unknown as Written).ports) if (port['name'] === from) port['name'] = to;
      });
    await rename('b', 'c');
    await stream.until(({ lines }) => lines.at(-1)?._removed === true);
    await rename('c', 'b');
    await stream.until(({ lines }) => lines.at(-1)?.port?.name === 'b');
  });

  it.each(['port=b', 'endpoint=x'])('is 404 for a port that is not there: %s', async (query) => {
    const server = await startServer({ http, ports: [loop({ name: 'a' })] });
    const response = await fetch(`${server.url()}/api/status?stream=1&${query}`);
    expect([response.status, await response.json()]).toMatchObject([404, { code: 'NO_SUCH_PORT' }]);
  });
});
