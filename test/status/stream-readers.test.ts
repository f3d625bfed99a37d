import { afterEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { closeClients, connectTcp } from '../support/client.js';
import { lag } from '../support/lag.js';
import { startServer, stopServers, tcp } from '../support/server.js';
import { settled } from '../support/settled.js';
import { closeStatusClients, StatusClient } from '../support/status.js';
import { until } from '../support/until.js';
import { SerialService } from '../../src/serial/serial.service.js';
import { StatusFeed } from '../../src/status/status-feed.js';

const http = [{ address: '127.0.0.1', port: 0 }];
const loop = (more: object = {}) => ({ serial: { port: 'loop://' }, servers: [tcp()], ...more });
const token = (name: string, admin = false) => ({ token: `secret-of-${name}`, name, admin });
const bearer = (name: string) => ({ authorization: `Bearer secret-of-${name}` });

afterEach(async () => {
  closeStatusClients();
  closeClients();
  await stopServers();
});

describe('the readers of the live status', () => {
  it('see a change within 100 ms', async () => {
    const server = await startServer({ http, ports: [loop()] });
    const stream = await StatusClient.open(server.url());
    await stream.until(({ lines }) => lines.length > 0);
    const { pace } = server.get(StatusFeed);
    expect(pace.gather).toBeLessThanOrEqual(20);
    expect(pace.lines).toBeLessThanOrEqual(100);
    const late: number[] = [];
    for (let accepted = 1; accepted <= 9; accepted++) {
      const told = stream.until(({ ports }) => ports[0]?.servers[0]?.accepted === accepted);
      // On a busy machine the timer is as late as the program.
      const pause = sleep(100);
      const client = await connectTcp(server.tcpPort());
      late.push(await lag(pause, told));
      client.socket.destroy();
      await stream.until(({ ports }) => ports[0]?.state === 'offline');
    }
    expect(Math.min(...late)).toBeLessThan(30);
  });

  it('are at most 250, and leave the other connections of the server to others', async () => {
    const server = await startServer({ http, ports: [] });
    const readers = await Promise.all(Array.from({ length: 250 }, () => StatusClient.open(server.url())));
    expect(new Set(readers.map(({ response }) => response.status))).toEqual(new Set([200]));
    const one = await fetch(`${server.url()}/api/status?stream=1`);
    expect([one.status, one.headers.get('retry-after')]).toEqual([503, '10']);
    expect(await one.json()).toMatchObject({ code: 'TOO_MANY_READERS' });
    expect((await fetch(`${server.url()}/api/status`)).status).toBe(200);
  });

  it('get the same lines, whether they may change anything or not', async () => {
    const tokens = [token('root', true), token('guest')];
    const server = await startServer({ http, ports: [loop()], tokens });
    const admin = await StatusClient.open(server.url(), '', bearer('root'));
    const guest = await StatusClient.open(server.url(), '', bearer('guest'));
    for (const stream of [admin, guest]) await stream.until(({ lines }) => lines.length > 0);
    await connectTcp(server.tcpPort());
    for (const stream of [admin, guest]) await stream.until(({ ports }) => ports[0]?.signals !== undefined);
    expect([admin.lines[0]?.admin, guest.lines[0]?.admin]).toEqual([true, false]);
    expect(guest.lines.slice(1)).toEqual(admin.lines.slice(1));
  });

  it('are let go within a second after their credential has ended, and others go on', async () => {
    const tokens = [token('root', true), token('guest')];
    const server = await startServer({ http, ports: [loop()], tokens });
    const admin = await StatusClient.open(server.url(), '', bearer('root'));
    const guest = await StatusClient.open(server.url(), '', bearer('guest'));
    for (const stream of [admin, guest]) await stream.until(({ lines }) => lines.length > 0);
    const gone = lag(settled(server.config), guest.ended);
    await server.config.change((draft) => (draft['tokens'] as unknown[]).pop());
    expect(await gone).toBeLessThan(1000);
    expect(await guest.ended).toBe('end');
    await connectTcp(server.tcpPort());
    await admin.until(({ ports }) => ports[0]?.state === 'online');
  });

  it('are let go at once when their http server is removed or the program stops, and hold neither up', async () => {
    const server = await startServer({ http: [...http, ...http], ports: [loop()] });
    const [staying, going] = [await StatusClient.open(server.url(0)), await StatusClient.open(server.url(1))];
    // Two more that read nothing.
    for (const index of [0, 1]) {
      const { socket } = await connectTcp(Number(new URL(server.url(index)).port));
      socket.write('GET /api/status?stream=1 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n');
      await once(socket, 'readable');
    }
    const gone = lag(settled(server.config), going.ended);
    expect((await fetch(`${server.url()}/api/settings/http/1`, { method: 'DELETE' })).status).toBe(200);
    expect(await gone).toBeLessThan(1000);
    expect(await going.ended).toBe('end');
    await connectTcp(server.tcpPort());
    await staying.until(({ ports }) => ports[0]?.state === 'online');
    const start = performance.now();
    await server.stop();
    expect(await staying.ended).toBe('end');
    expect(performance.now() - start).toBeLessThan(900);
  });

  it('are cut off when they do not read, and hold nobody up', async () => {
    const ports = Array.from({ length: 100 }, (_, index) =>
      loop({ name: `port ${index} ${'x'.repeat(150)}` }),
    );
    const server = await startServer({ http, ports });
    Object.assign(server.get(StatusFeed).pace, { gather: 1, lines: 2 });
    const other = await StatusClient.open(server.url());
    await other.until(({ lines }) => lines.length > 0);
    const socket = connect(Number(new URL(server.url()).port), '127.0.0.1');
    await once(socket, 'connect');
    const client = `127.0.0.1:${socket.localPort}`;
    let cut = false;
    socket.on('error', () => (cut = true)).on('close', () => (cut = true));
    socket.write('GET /api/status?stream=1 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n');
    // The head has come; from here on it takes nothing.
    await new Promise<void>((resolve) => socket.once('readable', resolve));
    const { changes } = server.get(SerialService);
    let round = 0;
    while (!cut) {
      for (let index = 0; index < ports.length; index++) server.port(index).record.bytesRead++;
      for (let index = 0; index < ports.length; index++) changes.emit('port', server.port(index));
      round++;
      await other.until(({ ports }) => ports.at(-1)?.bytes_read === round);
      // A reset is not seen by who does not read, but a write that fails is.
      if (round % 20 === 0) socket.write('\r\n');
    }
    expect(other.ports.at(-1)?.bytes_read).toBe(round);
    const dropped =
      /WARNING \[http 127.+\] dropped a reader of the live status \(anybody\): it left more than 1 MiB unread/;
    await server.log.line(dropped);
    const address = new URL(server.url()).host;
    expect(server.log.fieldsOf(dropped)).toEqual({ http: address, address, client });
  });

  it('cost nothing when they have left', async () => {
    const server = await startServer({ http, ports: [loop()] });
    const { changes } = server.get(SerialService);
    const before = changes.listenerCount('port');
    const streams = await Promise.all(Array.from({ length: 50 }, () => StatusClient.open(server.url())));
    for (const stream of streams) await stream.until(({ lines }) => lines.length > 0);
    expect(changes.listenerCount('port')).toBe(before + 1);
    for (const stream of streams) stream.close();
    await until(() => changes.listenerCount('port') <= before);
    const again = await StatusClient.open(server.url());
    await again.until(({ lines }) => lines.length > 0);
    await connectTcp(server.tcpPort());
    await again.until(({ ports }) => ports[0]?.state === 'online');
  });
});
