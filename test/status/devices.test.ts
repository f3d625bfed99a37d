import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DeviceInfo } from '../../src/serial/device-list.js';
import type { DeviceSource } from '../../src/serial/device-watch.js';
import { connectTcp } from '../support/client.js';
import { FakeDevice } from '../support/fake-device.js';
import { startServer, stopServers, tcp, type TestServer } from '../support/server.js';
import { closeStatusClients, StatusClient } from '../support/status.js';

const http = [{ address: '127.0.0.1', port: 0 }];
const adapter = (device: string, serial_number: string): DeviceInfo => ({
  device,
  description: 'n/a',
  vid: '0x0403',
  pid: '0x6001',
  serial_number,
});

/** Devices that a test plugs in and pulls. Their links stand in a folder, as udev makes them. */
class Bench implements DeviceSource {
  readonly #devices = new Map<string, DeviceInfo>();
  lists = 0;

  private constructor(
    readonly folder: string,
    readonly folders: readonly string[],
  ) {}

  static async make(): Promise<Bench> {
    const folder = await mkdtemp(join(tmpdir(), 'ser2tcp-devices-'));
    return new Bench(folder, [folder, join(folder, 'by-id')]);
  }

  list(): Promise<DeviceInfo[]> {
    this.lists++;
    return Promise.resolve([...this.#devices.values()]);
  }

  async plug(name: string, serial = name): Promise<void> {
    this.#devices.set(name, adapter(join(this.folder, name), serial));
    await symlink('/dev/null', join(this.folder, name));
  }

  async pull(name: string): Promise<void> {
    this.#devices.delete(name);
    await rm(join(this.folder, name));
  }
}

describe('devices that come and go', () => {
  let bench: Bench;
  let server: TestServer;
  beforeEach(async () => {
    bench = await Bench.make();
  });
  afterEach(async () => {
    closeStatusClients();
    await stopServers();
    await rm(bench.folder, { recursive: true, force: true });
  });
  const start = async (ports: unknown[] = []) => {
    server = await startServer({ http, ports }, undefined, [], bench);
  };
  const names = ({ detected }: StatusClient) => detected.map(({ serial_number }) => serial_number).join();

  it('are told to those who read the stream, within a second', async () => {
    await start();
    const stream = await StatusClient.open(server.url());
    await stream.until(({ lines }) => lines.length > 0);
    const begun = performance.now();
    await bench.plug('a');
    await stream.until((client) => names(client) === 'a');
    await bench.pull('a');
    await stream.until((client) => names(client) === '');
    expect(performance.now() - begun).toBeLessThan(2000);
    expect(stream.lines.slice(1)).toEqual([
      { detected: [{ device: join(bench.folder, 'a'), vid: '0x0403', pid: '0x6001', serial_number: 'a' }] },
      { detected: [] },
    ]);
  });

  it('change the state of a port that waits for one, by its path and by its attributes', async () => {
    const path = { serial: { port: join(bench.folder, 'a') }, servers: [tcp()] };
    const match = { serial: { match: { serial_number: 'a' } }, servers: [tcp()] };
    await start([path, match]);
    const stream = await StatusClient.open(server.url());
    const states = ({ ports }: StatusClient) => ports.map(({ state }) => state).join();
    await stream.until((client) => states(client) === 'error,error');
    await bench.plug('a');
    await stream.until((client) => states(client) === 'offline,offline');
    await bench.pull('a');
    await stream.until((client) => states(client) === 'error,error');
    expect(stream.ports[1]?.reason).toMatch(/No serial device matches serial_number a/);
    expect(stream.ports.map(({ reason_code }) => reason_code)).toEqual(['missing', 'missing']);
  });

  it('are shown by their path while they are open, where a port finds them by attributes', async () => {
    await bench.plug('a');
    const serial = { port: '/dev/of-no-effect', match: { serial_number: 'a' } };
    const device = join(bench.folder, 'a');
    const paths: string[] = [];
    const open = (path: string) => {
      paths.push(path);
      return Promise.resolve(Object.assign(new FakeDevice(), { path }));
    };
    const broken = { serial: { ...serial, baudrat: 1 } };
    server = await startServer({ http, ports: [{ serial, servers: [tcp()] }, broken] }, open, [], bench);
    const stream = await StatusClient.open(server.url());
    const shown = ({ ports }: StatusClient) => ports[0]?.serial;
    await stream.until((client) => shown(client)?.connected === false);
    expect(shown(stream)).toMatchObject({ port: null, match: { serial_number: 'a' } });
    expect(stream.ports[1]?.serial).toEqual({ port: null, connected: false });
    const client = await connectTcp(server.tcpPort());
    await stream.until((client) => shown(client)?.connected === true);
    expect([shown(stream)?.port, paths]).toEqual([device, [device]]);
    client.socket.destroy();
    await stream.until((client) => shown(client)?.connected === false);
    expect(shown(stream)?.port).toBe(null);
  });

  it('take a port out of service while several fit it, and say so', async () => {
    await start([{ serial: { match: { vid: '0x0403' } }, servers: [tcp()] }]);
    const stream = await StatusClient.open(server.url());
    const code = ({ ports }: StatusClient) => ports[0]?.reason_code;
    await stream.until((client) => code(client) === 'missing');
    await bench.plug('a');
    await stream.until((client) => code(client) === undefined);
    await bench.plug('b');
    await stream.until((client) => code(client) === 'ambiguous');
    expect(stream.ports[0]?.state).toBe('error');
  });

  it('are told with the ports that use them: by a path, by a link to it, by attributes', async () => {
    await bench.plug('b');
    const [b] = await bench.list();
    const device = join(bench.folder, 'tty');
    await writeFile(device, '');
    await symlink(device, join(bench.folder, 'by-name'));
    const devices = {
      folders: bench.folders,
      list: async () => [adapter(device, 'a'), ...(await bench.list())],
    };
    const serials = [
      { port: device },
      { port: join(bench.folder, 'by-name') },
      { match: { serial_number: 'a' } },
      // Attributes count where both are given.
      { port: device, match: { serial_number: 'b' } },
    ];
    const ports = serials.map((serial) => ({ serial, servers: [tcp()] }));
    server = await startServer({ http, ports }, undefined, [], devices);
    const stream = await StatusClient.open(server.url());
    await stream.until(({ lines }) => lines.length > 0);
    const used = () => stream.detected.map(({ device: path, ports: indexes }) => [path, indexes]);
    expect(used()).toEqual([
      [device, [0, 1, 2]],
      [b?.device, [3]],
    ]);
    expect(await (await fetch(`${server.url()}/api/detect`)).json()).toEqual(stream.detected);
    await fetch(`${server.url()}/api/ports/1`, { method: 'DELETE' });
    await stream.until(() => stream.detected[0]?.ports?.length === 2);
    expect(used()[0]).toEqual([device, [0, 1]]);
  });

  it('are seen in a folder that comes later, and comes again', async () => {
    await start();
    const stream = await StatusClient.open(server.url());
    await stream.until(({ lines }) => lines.length > 0);
    for (const name of ['b', 'c']) {
      await mkdir(join(bench.folder, 'by-id'));
      // The look that the new folder brings has come and gone.
      const { lists } = bench;
      while (bench.lists === lists) await new Promise(setImmediate);
      await bench.plug(`by-id/${name}`, name);
      await stream.until((client) => names(client) === name);
      await bench.pull(`by-id/${name}`);
      await stream.until((client) => names(client) === '');
      await rm(join(bench.folder, 'by-id'), { recursive: true });
    }
  });

  it('are listed once for all ports that look for one', async () => {
    const match = (serial_number: string) => ({ serial: { match: { serial_number } }, servers: [tcp()] });
    await start(['a', 'b', 'c'].map(match));
    expect(bench.lists).toBe(1);
    await fetch(`${server.url()}/api/status`);
    expect(bench.lists).toBe(2);
  });

  it('cost nothing while nobody looks for one', async () => {
    await start([{ serial: { port: 'loop://' }, servers: [tcp()] }]);
    await bench.plug('a');
    await fetch(`${server.url()}/api/status`);
    expect(bench.lists).toBe(0);
  });
});
