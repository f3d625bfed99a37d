import { afterEach, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { closeClients, connectTcp } from '../support/client.js';
import { FakeDevice } from '../support/fake-device.js';
import { lag } from '../support/lag.js';
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

  it('tells at most ten lines in any second when several ports change, and all of it in the end', async () => {
    const server = await startServer({ http, ports: Array.from({ length: 8 }, () => loop()) });
    const stream = await StatusClient.open(server.url());
    await stream.until(({ lines }) => lines.length > 0);
    const times: number[] = [];
    void stream.until(({ lines }) => {
      while (times.length < lines.length) times.push(performance.now());
      return false;
    });
    const change = (...indexes: number[]) => {
      for (const index of indexes) server.port(index).record.bytesRead++;
      for (const index of indexes) server.port(index).changed();
    };
    // It is quiet, then four change at once, and from then on a fifth does all the time.
    await sleep(1000);
    change(0, 1, 2, 3);
    let changes = 0;
    for (const start = performance.now(); performance.now() - start < 1500; changes++) {
      change(4);
      await sleep(5);
    }
    await stream.until(({ ports }) => ports[4]?.bytes_read === changes);
    expect(stream.ports.map(({ bytes_read }) => bytes_read)).toEqual([1, 1, 1, 1, changes, 0, 0, 0]);
    const most = Math.max(
      ...times.map((begin) => times.filter((time) => time >= begin && time < begin + 1000).length),
    );
    // One may come late and the eleventh after it in time.
    expect(most).toBeLessThanOrEqual(11);
    expect(most).toBeGreaterThan(5);
  });

  /** Tells of bytes that wait, and says how many ms later that was than a timer of 100 ms. */
  async function tellsOfWaiting(): Promise<number> {
    const device = new FakeDevice();
    const devices = [device, new FakeDevice()];
    const server = await startServer({ http, ports: [loop(), loop()] }, () =>
      Promise.resolve(devices.shift() as FakeDevice),
    );
    const client = await connectTcp(server.tcpPort());
    const stream = await StatusClient.open(server.url());
    await stream.until(({ ports }) => ports[0]?.signals !== undefined);
    // Another port that is busy does not count.
    const other = await connectTcp(server.tcpPort(1));
    other.socket.write('abc');
    await stream.until(({ ports }) => ports[1]?.bytes_written === 3);
    device.blocked = true;
    const told = stream.until(({ ports }) => ports[0]?.queue === 3);
    // On a busy machine the timer is as late as the program.
    const pause = sleep(100);
    client.socket.write('abc');
    const late = await lag(pause, told);
    device.unblock();
    await stream.until(({ ports }) => ports[0]?.queue === 0 && ports[0].bytes_written === 3);
    stream.close();
    await server.stop();
    return late;
  }

  it('tells of the first bytes after a quiet time, and of what waits, within 100 ms', async () => {
    const late: number[] = [];
    for (let round = 0; round < 5; round++) late.push(await tellsOfWaiting());
    expect(Math.min(...late)).toBeLessThan(30);
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
