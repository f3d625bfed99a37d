import { afterEach, describe, expect, it } from '@jest/globals';
import { closeClients, connectTcp } from '../support/client.js';
import { FakeDevice } from '../support/fake-device.js';
import { parseMetrics } from '../support/prometheus.js';
import { connectWs } from '../support/websocket.js';
import { startServer, stopServers, tcp, type TestServer } from '../support/server.js';

const websocket = { protocol: 'websocket', endpoint: 'b' };
const http = [{ address: '127.0.0.1', port: 0 }];

afterEach(async () => {
  closeClients();
  await stopServers();
});

async function metrics(server: TestServer) {
  const response = await fetch(`${server.url()}/metrics`);
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  const families = parseMetrics(await response.text());
  return (name: string, labels = '') => families.get(name)?.samples.get(labels);
}

describe('GET /metrics', () => {
  it('counts the bytes of each port as they were sent', async () => {
    const server = await startServer({
      http,
      ports: [
        { name: 'a "quoted" \\ name', serial: { port: 'loop://' }, servers: [tcp()] },
        { serial: { port: '/dev/ttyMissing' }, servers: [tcp()] },
      ],
    });
    const client = await connectTcp(server.tcpPort());
    const bytes = 300_000;
    client.socket.write(Buffer.alloc(bytes));
    await client.got.take(bytes);
    const value = await metrics(server);
    const port = 'port="a \\"quoted\\" \\\\ name"';
    expect(value('ser2tcp_port_read_bytes_total', port)).toBe(bytes);
    expect(value('ser2tcp_port_written_bytes_total', port)).toBe(bytes);
    expect(value('ser2tcp_port_up', port)).toBe(1);
    expect(value('ser2tcp_port_open', port)).toBe(1);
    expect(value('ser2tcp_port_clients', `${port},protocol="tcp"`)).toBe(1);
    expect(value('ser2tcp_port_queue_bytes', port)).toBe(0);
    expect(value('ser2tcp_port_up', 'port="/dev/ttyMissing"')).toBe(0);
  });

  it('keeps ports apart that have the same name, or no name and the same device', async () => {
    const same = (more: object = {}) => ({ serial: { port: 'loop://' }, servers: [tcp()], ...more });
    const server = await startServer({
      http,
      ports: [same(), same(), same({ name: 'x' }), same({ name: 'x' }), same({ name: 'y' })],
    });
    const client = await connectTcp(server.tcpPort(1));
    client.socket.write('12345');
    await client.got.take(5);
    const value = await metrics(server);
    const of = (name: string) =>
      ['loop:// (ports[0])', 'loop:// (ports[1])', 'x (ports[2])', 'x (ports[3])', 'y'].map((port) =>
        value(`ser2tcp_port_${name}`, `port="${port}"`),
      );
    expect(of('up')).toEqual([1, 1, 1, 1, 1]);
    expect(of('read_bytes_total')).toEqual([0, 5, 0, 0, 0]);
  });

  it('counts clients by what became of them, and devices that were lost', async () => {
    const device = new FakeDevice();
    const servers = [
      tcp({ max_connections: 1 }),
      tcp({ deny: ['127.0.0.0/8'] }),
      tcp({ buffer_limit: 1000, send_timeout: 60 }),
    ];
    const server = await startServer(
      {
        http,
        ports: [
          { name: 'a', serial: { port: 'loop://' }, servers },
          { name: 'b', serial: { port: '/dev/absent' }, servers: [tcp(), websocket] },
        ],
      },
      (path) => (path === 'loop://' ? Promise.resolve(device) : Promise.reject(new Error('absent'))),
    );
    const first = await connectTcp(server.tcpPort());
    const refused = [server.tcpPort(), server.tcpPort(0, 1), server.tcpPort(0, 1)];
    for (const port of refused) {
      const client = await connectTcp(port);
      client.socket.resume();
      await client.ended;
    }
    await (
      await connectTcp(server.tcpPort(1))
    ).ended;
    await (
      await connectWs(`${server.url()}/ws/b`)
    ).closed;
    const slow = await connectTcp(server.tcpPort(0, 2));
    await server.log.some(2, /connected/);
    slow.socket.pause();
    const flood = Buffer.alloc(1024 * 1024);
    while (server.server(0, 2).connections.length > 0) {
      device.events?.data(flood);
      await new Promise(setImmediate);
    }
    first.socket.resume();
    device.events?.lost('it was unplugged');
    await first.ended;
    const value = await metrics(server);
    const counted = (family: string, reason: string) =>
      value(`ser2tcp_port_clients_${family}_total`, `port="a",reason="${reason}"`);
    expect(value('ser2tcp_port_clients_accepted_total', 'port="a"')).toBe(2);
    expect(counted('refused', 'limit')).toBe(1);
    expect(counted('refused', 'address')).toBe(2);
    expect(counted('refused', 'device')).toBe(0);
    expect(value('ser2tcp_port_clients_accepted_total', 'port="b"')).toBe(0);
    expect(value('ser2tcp_port_clients_refused_total', 'port="b",reason="device"')).toBe(2);
    expect(counted('dropped', 'buffer_limit')).toBe(1);
    expect(value('ser2tcp_port_losses_total', 'port="a"')).toBe(1);
  });

  it('tells of entries with a mistake', async () => {
    const server = await startServer({ http, ports: [{ name: 'bad' }] });
    const value = await metrics(server);
    expect(value('ser2tcp_port_up', 'port="bad"')).toBe(0);
  });

  it('says nothing of ports where there are none', async () => {
    const server = await startServer({ http, ports: [] });
    const text = await (await fetch(`${server.url()}/metrics`)).text();
    expect(text).not.toContain('ser2tcp_port_');
    expect([...parseMetrics(text).keys()]).toContain('process_cpu_seconds_total');
  });

  it('has the process', async () => {
    const server = await startServer({ http, ports: [] });
    const value = await metrics(server);
    expect(value('process_resident_memory_bytes')).toBeGreaterThan(10_000_000);
    expect(value('process_cpu_seconds_total')).toBeGreaterThan(0);
    expect(value('process_start_time_seconds')).toBeCloseTo(performance.timeOrigin / 1000, 0);
    expect(value('process_open_fds')).toBeGreaterThan(3);
  });
});

describe('GET /api/health', () => {
  it('says that it lives and is ready, and nothing else, also to those who may not know more', async () => {
    const users = [{ login: 'a', password: `sha256:s:${'0'.repeat(64)}`, admin: true }];
    const server = await startServer({ http, ports: [], users });
    for (const path of ['live', 'ready']) {
      const response = await fetch(`${server.url()}/api/health/${path}`);
      expect([response.status, await response.json()]).toEqual([200, { status: 'ok' }]);
    }
    for (const path of ['/metrics', '/api/status', '/api/detect', '/api/signals', '/api/status?stream=1'])
      expect((await fetch(`${server.url()}${path}`)).status).toBe(401);
  });
});
