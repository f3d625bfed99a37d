import { afterEach, describe, expect, it } from '@jest/globals';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { DetectedDeviceDto, PortStatusDto } from '../../src/status/status.dto.js';
import { api } from '../support/api.js';
import { closeClients, connectTcp } from '../support/client.js';
import { FakeDevice } from '../support/fake-device.js';
import { openapi } from '../support/openapi.js';
import { closePtys, openPty } from '../support/pty.js';
import { startServer, stopServers, tcp } from '../support/server.js';
import { closeStatusClients, StatusClient } from '../support/status.js';
import { until } from '../support/until.js';
import { closeWsClients, connectWs } from '../support/websocket.js';

const http = [{ address: '127.0.0.1', port: 0 }];
const loop = (more: object = {}) => ({ serial: { port: 'loop://' }, servers: [tcp()], ...more });

afterEach(async () => {
  closeClients();
  closeWsClients();
  closeStatusClients();
  await stopServers();
  await closePtys();
});

/** The parts of the answers that a test looks into. */
type Body = { ports: PortStatusDto[] } & DetectedDeviceDto[];

async function get(url: string): Promise<{ status: number; body: Body }> {
  const response = await fetch(url);
  return { status: response.status, body: (await response.json()) as Body };
}

describe('GET /api/status', () => {
  it('shows a closed port with its settings and servers', async () => {
    const server = await startServer({ http, ports: [loop({ name: 'a', max_connections: 3 })] });
    expect(await get(`${server.url()}/api/status`)).toEqual({
      status: 200,
      body: {
        ports: [
          {
            name: 'a',
            max_connections: 3,
            serial: {
              port: 'loop://',
              connected: false,
              baudrate: 9600,
              bytesize: 8,
              parity: 'N',
              stopbits: 1,
            },
            servers: [
              {
                protocol: 'TCP',
                address: '127.0.0.1',
                port: 0,
                connections: [],
                state: 'online',
                where: `127.0.0.1:${server.tcpPort()}`,
                accepted: 0,
                refused: 0,
                dropped: 0,
              },
            ],
            state: 'offline',
            bytes_read: 0,
            bytes_written: 0,
            queue: 0,
            losses: 0,
          },
        ],
        admin: true,
      },
    });
  });

  it('shows clients, bytes and lines while the device is open', async () => {
    const server = await startServer({ http, ports: [loop()] });
    const client = await connectTcp(server.tcpPort());
    client.socket.write('hello');
    await client.got.take(5);
    const { body } = await get(`${server.url()}/api/status`);
    const { localAddress, localPort } = client.socket;
    expect(body.ports[0]).toMatchObject({
      serial: { connected: true },
      state: 'online',
      signals: { rts: true, dtr: true, cts: true, dsr: true, ri: false, cd: false },
      since: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      bytes_read: 5,
      bytes_written: 5,
      servers: [
        {
          accepted: 1,
          connections: [
            {
              id: expect.stringMatching(/^c\d+$/),
              address: `${localAddress}:${localPort}`,
              since: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
              bytes_in: 5,
              bytes_out: 5,
              queue: 0,
            },
          ],
        },
      ],
    });
  });

  it('shows a client behind a trusted proxy by the address that the proxy tells, with a port only where it does', async () => {
    const endpoint = { protocol: 'websocket', endpoint: 'screen' };
    const server = await startServer({
      http: [{ ...http[0], trusted_proxies: ['127.0.0.1'] }],
      ports: [loop({ servers: [endpoint] })],
    });
    const told = ['203.0.113.7', '2001:db8::7', '203.0.113.7:50312', '[2001:db8::7]:50312'];
    for (const address of told)
      await connectWs(`${server.url()}/ws/screen`, [], { headers: { 'X-Forwarded-For': address } });
    await until(() => server.server().connections.length === told.length);
    const { body } = await get(`${server.url()}/api/status`);
    expect(body.ports[0]?.servers[0]?.connections.map(({ address }) => address)).toEqual(told);
    const { properties } = openapi.components.schemas['ConnectionStatus'] as {
      properties: Record<string, { description: string }>;
    };
    for (const address of told.slice(0, 2))
      expect(properties['address']?.description).toContain(`\`${address}\``);
  });

  it('says what waits for a device that takes nothing', async () => {
    const device = new FakeDevice();
    device.blocked = true;
    const server = await startServer({ http, ports: [loop()] }, () => Promise.resolve(device));
    const client = await connectTcp(server.tcpPort());
    client.socket.write('hello');
    await until(() => server.port().queuedBytes > 0);
    const { body } = await get(`${server.url()}/api/status`);
    expect(body.ports[0]).toMatchObject({ queue: 5, servers: [{ connections: [{ bytes_in: 5 }] }] });
  });

  it('lists entries with a mistake in their place, with the reason', async () => {
    const server = await startServer({
      http,
      ports: [
        { name: 'bad', serial: { port: '/dev/ttyX', baudrat: 1 }, servers: [tcp()] },
        loop({ servers: [tcp({ port: 'x' }), tcp()] }),
      ],
    });
    const { body } = await get(`${server.url()}/api/status`);
    expect(body.ports).toMatchObject([
      {
        name: 'bad',
        state: 'error',
        reason: 'ports[0].serial.baudrat: unknown setting',
        reason_code: 'invalid',
        serial: { port: '/dev/ttyX', connected: false },
        servers: [{ protocol: 'TCP', state: 'error', connections: [] }],
      },
      {
        state: 'offline',
        servers: [
          { state: 'error', reason: 'ports[1].servers[0].port: must be a TCP port, 0 to 65535' },
          { state: 'online' },
        ],
      },
    ]);
  });

  it('gives the reason for a missing device, and for a server that cannot listen', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as AddressInfo;
    const server = await startServer({
      http,
      ports: [{ serial: { port: '/dev/ttyMissing' }, servers: [tcp({ port })] }],
    });
    const { body } = await get(`${server.url()}/api/status`);
    expect(body.ports[0]).toMatchObject({
      state: 'error',
      reason: 'Cannot open /dev/ttyMissing: there is no such device; is it plugged in?',
      reason_code: 'missing',
      servers: [
        {
          state: 'error',
          reason: `Cannot listen on 127.0.0.1:${port}: another program or server has it`,
        },
      ],
    });
    await new Promise((resolve) => taken.close(resolve));
  });

  it('gives the reason why a device that is there could not be opened', async () => {
    const server = await startServer({ http, ports: [loop()] }, () =>
      Promise.reject(new Error('it is busy')),
    );
    const client = await connectTcp(server.tcpPort());
    client.socket.resume();
    await client.ended;
    const { body } = await get(`${server.url()}/api/status`);
    expect(body.ports[0]).toMatchObject({
      state: 'offline',
      reason: 'it is busy',
      reason_code: 'failed',
      servers: [{ refused: 1 }],
    });
  });

  it('tells a device that is in use, and one that is none, from one that is missing', async () => {
    const pty = await openPty();
    const ports = [pty.path, pty.path, import.meta.filename].map((port) => ({
      serial: { port },
      servers: [tcp()],
    }));
    const server = await startServer({ http, ports });
    await connectTcp(server.tcpPort(0));
    await until(() => server.port(0).state === 'open');
    const late = await connectTcp(server.tcpPort(1));
    late.socket.resume();
    await late.ended;
    const { body } = await get(`${server.url()}/api/status`);
    expect(body.ports.map(({ state, reason_code }) => [state, reason_code])).toEqual([
      ['online', undefined],
      ['offline', 'busy'],
      ['error', 'not_serial'],
    ]);
    expect(body.ports[1]?.reason).toMatch(/in use by|has it open/);
  });

  it('finds one port by its name or its endpoint', async () => {
    const endpoint = { protocol: 'websocket', endpoint: 'screen' };
    const server = await startServer({
      http,
      ports: [loop({ name: 'a' }), loop({ name: 'b', servers: [endpoint] })],
    });
    for (const query of ['port=b', 'endpoint=screen']) {
      const { body } = await get(`${server.url()}/api/status?${query}`);
      expect(body).toMatchObject({ port: { name: 'b', servers: [{ endpoint: 'screen' }] }, admin: true });
    }
    expect(await get(`${server.url()}/api/status?port=c`)).toEqual({
      status: 404,
      body: { error: 'There is no port named "c"; GET /api/status lists them all', code: 'NO_SUCH_PORT' },
    });
  });

  it('takes what is sent empty for not given', async () => {
    const endpoint = { protocol: 'websocket', endpoint: 'screen' };
    const server = await startServer({ http, ports: [loop({ name: 'a' }), loop({ servers: [endpoint] })] });
    for (const query of ['stream', 'stream=', 'port=', 'endpoint=', 'port=&endpoint=&stream='])
      expect((await api(server).get(`/api/status?${query}`)).body.ports).toHaveLength(2);
    const { body } = await api(server).get('/api/status?port=&endpoint=screen&stream=');
    expect(body.port.servers).toMatchObject([{ endpoint: 'screen' }]);
    const stream = await StatusClient.open(server.url(), '&port=&endpoint=');
    await stream.until(({ lines }) => lines.length > 0);
    expect(stream.ports).toHaveLength(2);
  });

  it('finds a port with a mistake by its name or its endpoint, and says what is wrong', async () => {
    const servers = [{ protocol: 'websocket', endpoint: 'screen' }];
    const server = await startServer({
      http,
      ports: [{ name: 'bad', serial: { port: 'loop://', baudrat: 1 }, servers }],
    });
    const wrong = {
      name: 'bad',
      state: 'error',
      reason: 'ports[0].serial.baudrat: unknown setting',
      reason_code: 'invalid',
    };
    for (const query of ['port=bad', 'endpoint=screen'])
      expect((await get(`${server.url()}/api/status?${query}`)).body).toMatchObject({ port: wrong });
    const stream = await StatusClient.open(server.url(), '&port=bad');
    await stream.until(({ lines }) => lines.length > 0);
    expect(stream.lines[0]?.port).toMatchObject(wrong);
  });

  it('shows no secret', async () => {
    const server = await startServer({
      http,
      ports: [
        loop({
          servers: [
            { protocol: 'websocket', endpoint: 'screen', token: 'SECRET' },
            { protocol: 'websocket', endpoint: 7, token: 'SECRET' },
            {
              protocol: 'ssl',
              address: '127.0.0.1',
              port: 0,
              ssl: { certfile: '/tmp/none.crt', keyfile: '/tmp/SECRET.key' },
            },
          ],
        }),
      ],
    });
    const text = JSON.stringify((await get(`${server.url()}/api/status`)).body.ports[0]?.servers.slice(0, 2));
    expect(text).toContain('screen');
    expect(text).not.toContain('SECRET');
    const { body } = await get(`${server.url()}/api/status`);
    expect(body.ports[0]?.servers[2]?.ssl).toEqual({ certfile: '/tmp/none.crt' });
  });
});

describe('GET /api/signals', () => {
  it('has the lines of every port, low where the device is closed', async () => {
    const server = await startServer({ http, ports: [loop({ name: 'open' }), loop()] });
    const client = await connectTcp(server.tcpPort());
    client.socket.write('x');
    await client.got.take(1);
    expect((await get(`${server.url()}/api/signals`)).body).toEqual([
      {
        name: 'open',
        connected: true,
        signals: { rts: true, dtr: true, cts: true, dsr: true, ri: false, cd: false },
      },
      {
        name: null,
        connected: false,
        signals: { rts: false, dtr: false, cts: false, dsr: false, ri: false, cd: false },
      },
    ]);
  });
});

describe('GET /api/detect', () => {
  it('is a list of devices', async () => {
    const server = await startServer({ http, ports: [] });
    const { status, body } = await get(`${server.url()}/api/detect`);
    expect(status).toBe(200);
    for (const { device } of body) expect(device).toMatch(/^\/dev\//);
  });
});
