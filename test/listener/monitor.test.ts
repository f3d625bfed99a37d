import { afterEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { closeClients, connectTcp } from '../support/client.js';
import { FakeDevice } from '../support/fake-device.js';
import { startServer, stopServers, tcp } from '../support/server.js';
import { closeWsClients, connectWs, type WsClient } from '../support/websocket.js';

interface Written {
  ports: { name: string; serial: { port: string; baudrate?: number } }[];
}
const config = () => ({
  ports: ['a', 'b'].map((name) => ({ name, serial: { port: 'loop://' }, servers: [tcp()] })),
  http: [{ address: '127.0.0.1', port: 0 }],
});

const MIB = 1024 * 1024;
const CHUNK = 64 * 1024;
/** What a client was told that it missed. */
const lostOf = ({ texts }: WsClient) =>
  (texts as { lost: number }[]).reduce((sum, { lost }) => sum + lost, 0);

afterEach(async () => {
  closeClients();
  closeWsClients();
  await stopServers();
});

describe('the monitor', () => {
  it('shows both directions, each with its byte', async () => {
    const server = await startServer(config());
    const monitor = await connectWs(`${server.url()}/ws/monitor/a`);
    const { socket, got } = await connectTcp(server.tcpPort());
    socket.write('hello');
    expect(await got.text(5)).toBe('hello');
    expect(await monitor.take(12)).toBe('\x01hello\x02hello');
    expect(monitor.frames).toBe(2);
  });

  it('shows them as JSON with microseconds that never run backwards', async () => {
    const server = await startServer(config());
    const monitor = await connectWs(`${server.url()}/ws/monitor/0?format=json`);
    const { socket } = await connectTcp(server.tcpPort());
    const before = Date.now() * 1000;
    socket.write('hi');
    const [sent, received] = (await monitor.text(2)) as { t: number; dir: string; data: string }[];
    expect(sent).toEqual({ t: expect.any(Number), dir: 'tx', data: btoa('hi') });
    expect(received).toEqual({ t: expect.any(Number), dir: 'rx', data: btoa('hi') });
    expect(received!.t).toBeGreaterThanOrEqual(sent!.t);
    // The clock may be up to 1 ms ahead of its own whole milliseconds.
    expect(sent!.t).toBeGreaterThanOrEqual(before - 1000);
    expect(sent!.t).toBeLessThanOrEqual((Date.now() + 1) * 1000);
    expect(Number.isSafeInteger(sent!.t)).toBe(true);
  });

  it('neither opens the device nor keeps it open, and sees the next time', async () => {
    const server = await startServer(config());
    const monitor = await connectWs(`${server.url()}/ws/monitor/a`);
    for (const round of ['1', '2']) {
      expect(server.port().state).toBe('closed');
      const { socket } = await connectTcp(server.tcpPort());
      socket.write(round);
      expect(await monitor.take(4)).toBe(`\x01${round}\x02${round}`);
      socket.destroy();
      await server.log.some(Number(round), /closed loop/);
    }
  });

  it('sends nothing to the device, whatever its client sends', async () => {
    const server = await startServer(config());
    const monitor = await connectWs(`${server.url()}/ws/monitor/a`);
    const { socket, got } = await connectTcp(server.tcpPort());
    monitor.ws.send(Buffer.from('data'));
    monitor.ws.send('{"rts": true}');
    monitor.ws.ping();
    await once(monitor.ws, 'pong');
    socket.write('x');
    expect(await got.text(1)).toBe('x');
    expect(await monitor.take(4)).toBe('\x01x\x02x');
  });

  it('goes on when the port is renamed, gets another baud rate or index, or is replaced by one of its name', async () => {
    const server = await startServer(config());
    const monitor = await connectWs(`${server.url()}/ws/monitor/b`);
    const seen = async (port: number, text: string) => {
      const { socket } = await connectTcp(server.tcpPort(port));
      socket.write(text);
      expect(await monitor.take(4)).toBe(`\x01${text}\x02${text}`);
      socket.destroy();
    };
    const change = (edit: (draft: Written) => void) =>
      server.config.change((draft) => edit(draft as unknown as Written));
    await seen(1, '1');
    await change(({ ports }) => void (ports[1]!.serial.baudrate = 19200));
    await seen(1, '2');
    await change(({ ports }) => void (ports[1]!.name = 'c'));
    await seen(1, '3');
    await change(({ ports }) => void ports.shift());
    await seen(0, '4');
    await change(({ ports }) => void (ports[0]!.name = 'b'));
    await change(({ ports }) => void (ports[0]!.serial = { port: '/dev/absent' }));
    await change(({ ports }) => void (ports[0]!.serial = { port: 'loop://' }));
    await seen(0, '5');
  });

  it.each<[string, string, (ports: Record<string, unknown>[]) => void]>([
    [
      'a port without a name gets another device',
      '0',
      (ports) => (ports[0]!['serial'] = { port: 'loop://', baudrate: 19200 }),
    ],
    [
      'name and device change at once',
      'b',
      (ports) => Object.assign(ports[1]!, { name: 'c', serial: { port: 'loop://' } }),
    ],
  ])('goes on when %s', async (_what, key, edit) => {
    const entry = (more: object) => ({ serial: { port: '/dev/absent' }, servers: [tcp()], ...more });
    const server = await startServer({ ...config(), ports: [entry({}), entry({ name: 'b' })] });
    const monitor = await connectWs(`${server.url()}/ws/monitor/${key}`);
    await server.config.change((draft) => edit(draft.ports as Record<string, unknown>[]));
    const { socket } = await connectTcp(server.tcpPort(key === 'b' ? 1 : 0));
    socket.write('x');
    expect(await monitor.take(4)).toBe('\x01x\x02x');
  });

  it('ends when its port and another are replaced at once, since it cannot be told which is which', async () => {
    const server = await startServer(config());
    const monitor = await connectWs(`${server.url()}/ws/monitor/a`);
    await server.config.change((draft) => {
      draft.ports = ['c', 'd'].map((name) => ({ name, serial: { port: `/dev/${name}` }, servers: [] }));
    });
    expect((await monitor.closed).code).toBe(1001);
  });

  it('by index looks on at that port alone, whatever has the index later', async () => {
    const server = await startServer(config());
    const monitor = await connectWs(`${server.url()}/ws/monitor/0`);
    await server.config.change((draft) => void draft.ports.shift());
    expect(await monitor.closed).toEqual({ code: 1001, reason: 'the port was removed' });
  });

  it('ends with 1001 when the port is removed, and others go on', async () => {
    const server = await startServer(config());
    const [a, b] = [
      await connectWs(`${server.url()}/ws/monitor/a`),
      await connectWs(`${server.url()}/ws/monitor/b`),
    ];
    await server.config.change((draft) => void draft.ports.shift());
    expect(await a.closed).toEqual({ code: 1001, reason: 'the port was removed' });
    const { socket } = await connectTcp(server.tcpPort(0));
    socket.write('x');
    expect(await b.take(4)).toBe('\x01x\x02x');
  });

  it('is not there for a port that does not exist', async () => {
    const server = await startServer(config());
    for (const name of ['c', '2', '', '-1', 'a/b'])
      await expect(connectWs(`${server.url()}/ws/monitor/${name}`)).rejects.toThrow(/^404 /);
  });

  it('costs a client that stops to read only what it misses, and tells how much that was', async () => {
    const device = new FakeDevice();
    const server = await startServer(config(), () => Promise.resolve(device));
    const stopped = await connectWs(`${server.url()}/ws/monitor/a`);
    const reading = await connectWs(`${server.url()}/ws/monitor/a`);
    const client = await connectTcp(server.tcpPort());
    client.socket.resume();
    await server.log.line(/\[a tcp c\d+\] connected/);
    stopped.ws.pause();
    const chunk = Buffer.alloc(64 * 1024, 'x');
    const chunks = 400;
    for (let sent = 0; sent < chunks; sent++) {
      device.events?.data(chunk);
      // No faster than the one who reads.
      expect((await reading.take(chunk.length + 1)).length).toBe(chunk.length + 1);
    }
    expect(reading.texts).toEqual([]);
    stopped.ws.resume();
    const [told] = (await stopped.text(1)) as { t: number; lost: number }[];
    expect(told?.lost).toBeGreaterThan(0);
    const got = stopped.frames * chunk.length;
    expect(got + told!.lost).toBe(chunks * chunk.length);
    device.events?.data(Buffer.from('on'));
    await stopped.take(stopped.frames * (chunk.length + 1));
    expect(await stopped.take(3)).toBe('\x02on');
  });

  it('goes on under full throughput while its port is edited, and accounts for every byte, read or missed', async () => {
    const server = await startServer(config());
    const client = await connectTcp(server.tcpPort());
    const [live, stopped] = [
      await connectWs(`${server.url()}/ws/monitor/a`),
      await connectWs(`${server.url()}/ws/monitor/a`),
    ];
    stopped.ws.pause();
    const sent: Buffer[] = [];
    let edits = 0;
    const editing = (async () => {
      for (; edits < 20; edits++)
        await server.config.change(({ ports }) => {
          const [port] = ports as [Record<string, unknown>];
          Object.assign(port, { name: `a${edits}`, serial: { port: 'loop://', baudrate: 1200 + edits } });
        });
    })();
    // Without a pause for as long as there are edits, and 24 MiB at least, which no socket holds.
    for (let total = 0; edits < 20 || total < 24 * MIB; total += CHUNK) {
      const chunk = randomBytes(CHUNK);
      sent.push(chunk);
      client.socket.write(chunk);
      expect((await client.got.take(CHUNK)).equals(chunk)).toBe(true);
    }
    await editing;
    stopped.ws.resume();
    await stopped.text(1);
    client.socket.write('the end');
    expect(await client.got.text(7)).toBe('the end');
    for (const monitor of [live, stopped]) {
      const seen = () => monitor.bytes - monitor.frames + lostOf(monitor);
      await monitor.until(() => seen() === 2 * (sent.length * CHUNK + 7));
      expect(seen()).toBe(2 * (sent.length * CHUNK + 7));
    }
    expect(lostOf(stopped)).toBeGreaterThan(20 * MIB);
  });

  it('takes 32 clients of a port and turns the next one away with 1013', async () => {
    const server = await startServer(config());
    for (let count = 0; count < 32; count++) await connectWs(`${server.url()}/ws/monitor/a`);
    const refused = await connectWs(`${server.url()}/ws/monitor/a`);
    expect((await refused.closed).code).toBe(1013);
    for (let count = 0; count < 2; count++) await (await connectWs(`${server.url()}/ws/monitor/a`)).closed;
    await server.stop();
    expect(server.log.lines).toContainEqual(
      expect.stringMatching(/refused 127\.0\.0\.1 2 times more: the monitor has its 32 clients$/),
    );
    const line = await server.log.line(/refused/);
    const [, client] = /refused (\S+): /.exec(line) ?? [];
    expect(server.log.fieldsOf(/refused/)).toEqual({ port: 'a', server: 'monitor', client });
  });
});
