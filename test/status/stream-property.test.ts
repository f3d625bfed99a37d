import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DeviceInfo } from '../../src/serial/device-list.js';
import { DeviceWatch } from '../../src/serial/device-watch.js';
import { StatusFeed } from '../../src/status/status-feed.js';
import { type Client, closeClients, connectTcp } from '../support/client.js';
import { FakeDevice } from '../support/fake-device.js';
import { startServer, stopServers, tcp, type TestServer } from '../support/server.js';
import { closeStatusClients, StatusClient, type StatusLine } from '../support/status.js';

const EVENTS = 300;
const SEED = Number(process.env['SEED'] ?? Date.now() % 1e6);

/** Numbers from 0 to below 1; the same for the same seed (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Written {
  ports: { name?: string; serial: { port: string; baudrate?: number }; servers: object[] }[];
}

describe('a reader of the stream that applies its lines', () => {
  let folder: string;
  let server: TestServer;
  const open = new Set<FakeDevice>();
  const present: DeviceInfo[] = [];
  const clients = new Set<Client>();

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ser2tcp-property-'));
    await writeFile(join(folder, 'ttyS0'), '');
    const openDevice = () => {
      const device = new FakeDevice();
      open.add(device);
      return Promise.resolve(device);
    };
    const devices = { list: () => Promise.resolve([...present]), folders: [folder] };
    server = await startServer(
      { http: [{ address: '127.0.0.1', port: 0 }], ports: [port('a'), port('b')] },
      openDevice,
      [],
      devices,
    );
    // The same road at a quicker pace, so that three hundred events do not take minutes.
    Object.assign(server.get(StatusFeed).pace, { gather: 1, lines: 5, bytes: 20 });
  });
  afterAll(async () => {
    closeStatusClients();
    closeClients();
    await stopServers();
    await rm(folder, { recursive: true, force: true });
  });

  const port = (name: string) => ({
    name,
    serial: { port: 'loop://' },
    servers: [tcp({ max_connections: 3 })],
  });

  it(`has what a fresh request would get, after each of ${EVENTS} events (SEED=${SEED})`, async () => {
    const next = random(SEED);
    const below = (count: number) => Math.floor(next() * count);
    const any = <T>(of: Iterable<T>): T | undefined => {
      const all = [...of];
      return all[below(all.length)];
    };
    const edit = (change: (ports: Written['ports']) => void) =>
      server.config.change((draft) => change((draft as unknown as Written).ports)).catch(() => {});
    let count = 0;
    const events: Record<string, () => unknown> = {
      join: async () => {
        const all = server.config.current.ports.map((_port, index) => index);
        const tcpPort = server.tcpPort(any(all) ?? 0);
        if (tcpPort) clients.add(await connectTcp(tcpPort));
      },
      write: () => any(clients)?.socket.write('x'.repeat(1 + below(2000))),
      leave: () => {
        const client = any(clients);
        if (client) clients.delete(client);
        client?.socket.destroy();
      },
      'device sends': () => any(open)?.events?.data(Buffer.alloc(1 + below(5000))),
      'device is lost': () => {
        const device = any(open);
        if (device) open.delete(device);
        device?.events?.lost('it was unplugged');
      },
      'device stalls': () => {
        const device = any(open);
        if (device) device.blocked = true;
      },
      'device drains': () => any(open)?.unblock(),
      'line changes': () => {
        const device = any(open);
        if (device && !(device.lines instanceof Error)) device.lines.ri = !device.lines.ri;
      },
      'port is added': () =>
        edit((ports) => ports.length < 5 && ports.splice(below(ports.length), 0, port(`p${count++}`))),
      'port is removed': () => edit((ports) => ports.length > 1 && ports.splice(below(ports.length), 1)),
      'ports change places': () =>
        edit((ports) => ports.push(...ports.splice(0, 1 + below(ports.length - 1)))),
      'port is renamed': () => edit((ports) => Object.assign(any(ports) ?? {}, { name: `n${count++}` })),
      'baud rate changes': () =>
        edit((ports) => Object.assign(any(ports)?.serial ?? {}, { baudrate: 1200 + below(9000) })),
      'server is added': () => edit((ports) => any(ports)?.servers.push(tcp())),
      'server is removed': () => edit((ports) => any(ports)?.servers.splice(1, 1)),
      'path changes': () =>
        edit((ports) => Object.assign(any(ports)?.serial ?? {}, { port: join(folder, `tty${below(2)}`) })),
      'path changes back': () =>
        edit((ports) => Object.assign(any(ports)?.serial ?? {}, { port: 'loop://' })),
      'device comes': () =>
        present.push({ device: join(folder, `ttyUSB${count}`), serial_number: `s${count++}` }),
      'device goes': () => present.splice(below(present.length), 1),
    };
    const stream = await StatusClient.open(server.url());
    const current = async () => {
      const [status, detected] = await Promise.all(
        ['status', 'detect'].map(async (what) => (await fetch(`${server.url()}/api/${what}`)).json()),
      );
      return { ports: (status as StatusLine).ports, detected };
    };
    for (let event = 0; event < EVENTS; event++) {
      const name = any(Object.keys(events)) as string;
      await events[name]?.();
      if (name.startsWith('device ')) server.get(DeviceWatch).soon();
      const same = async () => {
        const wanted = await current();
        const copy = { ports: stream.ports, detected: stream.detected };
        return JSON.stringify(sorted(copy)) === JSON.stringify(sorted(wanted)) || { copy, wanted };
      };
      let difference = await same();
      for (const start = performance.now(); difference !== true && performance.now() - start < 3000;)
        difference = await same();
      if (difference !== true)
        expect({ event, name, ...difference.copy }).toEqual({ event, name, ...difference.wanted });
    }
    // Deltas were what did it, not a full line each time.
    expect(stream.lines.filter(({ _delta }) => _delta).length).toBeGreaterThan(EVENTS / 4);
  }, 120_000);
});

/** Keys in one order: that of a copy is the order in which they came. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}
