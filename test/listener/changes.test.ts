import { afterEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closeClients, connectTcp } from '../support/client.js';
import { startServer, stopServers, tcp, type TestServer } from '../support/server.js';
import { streamThrough } from '../support/stream.js';

interface Written {
  ports: { name: string; serial: { port: string }; servers: Record<string, unknown>[] }[];
}
const config = () => ({
  ports: ['a', 'b'].map((name) => ({ name, serial: { port: 'loop://' }, servers: [tcp()] })),
});

afterEach(async () => {
  closeClients();
  await stopServers();
});

async function echoes(client: Awaited<ReturnType<typeof connectTcp>>, text: string): Promise<void> {
  client.socket.write(text);
  expect(await client.got.text(text.length)).toBe(text);
}

describe('a change of the configuration', () => {
  it('leaves the clients of what it does not touch connected: a server added, a port renamed, another removed', async () => {
    const server = await startServer(config());
    const kept = await connectTcp(server.tcpPort(1));
    await echoes(kept, 'before');
    const removed = await connectTcp(server.tcpPort(0));
    await echoes(removed, 'before');
    await server.config.change((draft) => {
      const { ports } = draft as unknown as Written;
      ports[1]?.servers.push(tcp());
    });
    await echoes(kept, 'more servers');
    await server.config.change((draft) => {
      const { ports } = draft as unknown as Written;
      (ports[1] as { name: string }).name = 'renamed';
    });
    await echoes(kept, 'renamed');
    await server.config.change((draft) => void draft.ports.shift());
    await echoes(kept, 'moved to the first index');
    expect(await removed.ended).toBe('end');
    expect(server.port(0).label).toBe('renamed');
    await echoes(await connectTcp(server.tcpPort(0, 1)), 'the added server');
  });

  it('restarts a server that was changed, on the same address too', async () => {
    const server = await startServer(config());
    const port = server.tcpPort(0);
    const client = await connectTcp(port);
    await echoes(client, 'before');
    await server.config.change((draft) => {
      const { ports } = draft as unknown as Written;
      Object.assign(ports[0]?.servers[0] as object, { port, max_connections: 1 });
    });
    expect(await client.ended).toBe('end');
    await echoes(await connectTcp(port), 'after');
  });

  it('that cannot listen leaves everything as it was: servers, clients and the file', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port: taken } = other.address() as AddressInfo;
    const server = await startServer(config());
    const port = server.tcpPort(0);
    const file = await readFile(server.path, 'utf8');
    const client = await connectTcp(port);
    await echoes(client, 'before');
    const change = server.config.change((draft) => {
      const { ports } = draft as unknown as Written;
      Object.assign(ports[0]?.servers[0] as object, { port: taken });
      ports.push({ name: 'c', serial: { port: 'loop://' }, servers: [tcp()] });
    });
    await expect(change).rejects.toThrow(
      `Cannot listen on 127.0.0.1:${taken}: another program or server has it`,
    );
    await echoes(client, 'still there');
    expect(await readFile(server.path, 'utf8')).toBe(file);
    expect(server.config.current.ports.length).toBe(2);
    await new Promise((resolve) => other.close(resolve));
  });
});

/** Two ports; of the first, the first server is the one that changes. */
const around = (changed: object) => ({
  ports: [
    { name: 'a', serial: { port: 'loop://' }, servers: [changed, tcp()] },
    { name: 'b', serial: { port: 'loop://' }, servers: [tcp()] },
  ],
});
const change = (
  server: TestServer,
  edit: (entry: Record<string, unknown>, port: Written['ports'][0]) => void,
) =>
  server.config.change((draft) => {
    const [port] = (draft as unknown as Written).ports;
    edit(port?.servers[0] as Record<string, unknown>, port as Written['ports'][0]);
  });
const CONTROL = { rts: true, signals: ['cts'] };

describe('a change of a server, while bytes stream through the others', () => {
  it.each<[string, object, object]>([
    ['max_connections', {}, { max_connections: 1 }],
    ['on_limit', { max_connections: 1 }, { on_limit: 'kick-oldest' }],
    ['send_timeout', {}, { send_timeout: 60 }],
    ['buffer_limit', {}, { buffer_limit: 1_000_000 }],
    ['idle_timeout', {}, { idle_timeout: 60 }],
    ['allow, its address among them', {}, { allow: ['127.0.0.0/8'] }],
    ['deny of another address', {}, { deny: ['10.0.0.0/8'] }],
    ['the rights to lines', { control: CONTROL }, { control: { dtr: true } }],
    [
      'the lines that are told',
      { control: CONTROL },
      { control: { signals: ['cts', 'dsr'], poll_interval: 1 } },
    ],
    ['the same in other words', {}, { protocol: 'TCP', data: 1, max_connections: 0, control: null }],
    ['a key that nobody knows', {}, { comment: 'new' }],
  ])('drops nobody and restarts nothing: %s', async (_what, before, after) => {
    const server = await startServer(around(tcp(before)));
    const client = await connectTcp(server.tcpPort());
    await server.log.line(/ connected /);
    const streams = [];
    for (const [port, index] of [
      [0, 1],
      [1, 0],
    ] as const) {
      const other = await connectTcp(server.tcpPort(port, index));
      other.socket.write('!');
      await other.got.take(1);
      streams.push(streamThrough(other));
    }
    await change(server, (entry) => Object.assign(entry, after));
    const [sent] = await Promise.all(streams.map((stop) => stop()));
    // The loop device gives the bytes of one to all of its port; where lines are told, 0xFF comes doubled.
    const wire = 'control' in before ? doubled(sent as Buffer) : (sent as Buffer);
    expect((await client.got.take(1 + wire.length)).subarray(1).equals(wire)).toBe(true);
    expect(server.log.lines.filter((line) => /listening on/.test(line)).length).toBe(3);
    expect(server.log.lines.filter((line) => /closing|dropped|disconnected/.test(line))).toEqual([]);
  });

  it.each<[string, object, object]>([
    ['address', {}, { address: '127.0.0.2' }],
    ['protocol', {}, { protocol: 'telnet' }],
    ['control where there was none', {}, { control: CONTROL }],
    ['no control where there was some', { control: CONTROL }, { control: null }],
    ['data', { control: CONTROL }, { data: false }],
  ])('restarts that server alone: %s', async (_what, before, after) => {
    const server = await startServer(around(tcp(before)));
    const client = await connectTcp(server.tcpPort());
    await server.log.line(/ connected /);
    const others = [await connectTcp(server.tcpPort(0, 1)), await connectTcp(server.tcpPort(1))];
    const streams = others.map((other) => streamThrough(other));
    client.socket.resume();
    await change(server, (entry) => Object.assign(entry, after));
    expect(await client.ended).toBe('end');
    for (const stop of streams) expect((await stop()).length).toBeGreaterThan(0);
    expect(server.log.lines.filter((line) => /listening on/.test(line)).length).toBe(4);
    expect(server.log.lines.filter((line) => /closing/.test(line)).length).toBe(1);
  });

  it('restarts a Unix socket server for another mode of its file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'ser2tcp-changes-'));
    const path = join(folder, 'socket');
    const server = await startServer(around({ protocol: 'socket', address: path }));
    await change(server, (entry) => Object.assign(entry, { mode: '600', max_connections: 1 }));
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    await change(server, (entry) => Object.assign(entry, { max_connections: 2 }));
    expect(server.log.lines.filter((line) => line.includes(`listening on ${path}`)).length).toBe(2);
    await stopServers();
    await rm(folder, { recursive: true });
  });

  it('swaps the addresses of two servers', async () => {
    const server = await startServer(config());
    const [first, second] = [server.tcpPort(0), server.tcpPort(1)];
    const set = (a: number, b: number) =>
      server.config.change((draft) => {
        const { ports } = draft as unknown as Written;
        Object.assign(ports[0]?.servers[0] as object, { port: a });
        Object.assign(ports[1]?.servers[0] as object, { port: b });
      });
    await set(first, second);
    await set(second, first);
    expect([server.tcpPort(0), server.tcpPort(1)]).toEqual([second, first]);
    await echoes(await connectTcp(first), 'swapped');
  });

  it('finds servers again that moved to another index', async () => {
    const server = await startServer({
      ports: [{ name: 'a', serial: { port: 'loop://' }, servers: [tcp(), tcp({ max_connections: 7 })] }],
    });
    const moved = await connectTcp(server.tcpPort(0, 1));
    await echoes(moved, 'before');
    await change(server, (_entry, port) => void (port.servers = port.servers.toReversed()));
    await echoes(moved, 'after');
    expect(server.server(0, 0).connections.length).toBe(1);
  });
});

describe('a change of what clients are held to', () => {
  it('ends a client whose address is refused now, and no other; new ones are judged by it at once', async () => {
    const server = await startServer(around(tcp()));
    const refused = await connectTcp(server.tcpPort(), '127.0.0.1', '127.0.0.2');
    const kept = await connectTcp(server.tcpPort());
    await server.log.some(2, / connected /);
    await echoes(kept, 'before');
    expect(await refused.got.text(6)).toBe('before');
    await change(server, (entry) => Object.assign(entry, { deny: ['127.0.0.2'] }));
    expect(await refused.ended).toBe('end');
    expect(await server.log.line(/closing/)).toMatch(/closing 127\.0\.0\.2:\d+: its address is not allowed/);
    await echoes(kept, 'after');
    const again = await connectTcp(server.tcpPort(), '127.0.0.1', '127.0.0.2');
    again.socket.resume();
    await again.ended;
    expect(server.server().counts.refused).toBe(1);
  });

  it('lets nobody go for a lower limit, and turns away who comes over it', async () => {
    const server = await startServer(around(tcp()));
    const [first, second] = [await connectTcp(server.tcpPort()), await connectTcp(server.tcpPort())];
    await server.log.some(2, / connected /);
    await echoes(first, 'x');
    await change(server, (entry) => Object.assign(entry, { max_connections: 1 }));
    await echoes(first, 'y');
    expect(await second.got.text(2)).toBe('xy');
    const third = await connectTcp(server.tcpPort());
    third.socket.resume();
    await third.ended;
    expect(await server.log.line(/refused/)).toContain('the server has its 1 clients');
  });

  it.each([
    ['send_timeout', { send_timeout: 0.05 }],
    ['buffer_limit', { buffer_limit: 1 }],
  ])('counts for the bytes that wait for a client already: %s', async (key, limit) => {
    const server = await startServer(around(tcp({ send_timeout: 600 })));
    const slow = await connectTcp(server.tcpPort());
    const fast = await connectTcp(server.tcpPort(0, 1));
    await server.log.some(2, / connected /);
    slow.socket.pause();
    const [connection] = server.server().connections;
    const piece = Buffer.alloc(65_536);
    // Far more than the system takes for a client.
    for (let pieces = 0; (connection?.backlog ?? 0) === 0; pieces++) {
      expect(pieces).toBeLessThan(2000);
      fast.socket.write(piece);
      await fast.got.take(piece.length);
    }
    await change(server, (entry) => Object.assign(entry, limit));
    expect(await server.log.line(/dropped/)).toContain(`(${key})`);
    fast.socket.write('still there');
    expect(await fast.got.text(11)).toBe('still there');
  });

  it('counts an idle client from then on, and lets it be where the limit is taken away', async () => {
    const server = await startServer(around(tcp({ idle_timeout: 600 })));
    const client = await connectTcp(server.tcpPort());
    await echoes(client, 'x');
    await change(server, (entry) => Object.assign(entry, { idle_timeout: 0.05 }));
    expect(await client.ended).toBe('end');
    expect(await server.log.line(/closing/)).toContain('for 0.05 s (idle_timeout)');
    const patient = await connectTcp(server.tcpPort(0, 1));
    await echoes(patient, 'y');
  });

  it('gives and takes the rights to the lines of clients that are here', async () => {
    const server = await startServer(around(tcp({ control: { signals: ['cts'], poll_interval: 0.01 } })));
    const client = await connectTcp(server.tcpPort());
    const ask = async () => {
      client.socket.write(Buffer.from([0xff, 0xc0]));
      return (await client.got.take(2)).toString('hex');
    };
    const rtsLow = Buffer.from([0xff, 0x00]);
    client.socket.write(rtsLow);
    expect(await ask()).toBe('ff84');
    await change(server, (entry) =>
      Object.assign(entry, { control: { rts: true, signals: ['rts', 'cts'] } }),
    );
    expect(await ask()).toBe('ff85');
    client.socket.write(rtsLow);
    expect((await client.got.take(2)).toString('hex')).toBe('ff80');
    await change(server, (entry) => Object.assign(entry, { control: { signals: ['dtr'] } }));
    client.socket.write(Buffer.from([0xff, 0x01]));
    expect(await ask()).toBe('ff82');
    expect((await server.port().signals?.read())?.rts).toBe(false);
  });

  it('tells a client of the lines that it was not told of before', async () => {
    const server = await startServer(around(tcp({ control: { rts: false } })));
    const client = await connectTcp(server.tcpPort());
    await server.log.line(/ connected /);
    await change(server, (entry) =>
      Object.assign(entry, { control: { signals: ['cts'], poll_interval: 0.01 } }),
    );
    const signals = server.port().signals;
    await signals?.read();
    await signals?.set({ rts: false });
    expect((await client.got.take(2)).toString('hex')).toBe('ff80');
  });

  it('that fails leaves the limits and filters of before', async () => {
    const server = await startServer(around(tcp({ max_connections: 1 })));
    const client = await connectTcp(server.tcpPort());
    await echoes(client, 'x');
    const failing = change(server, (entry, port) => {
      Object.assign(entry, { max_connections: 2, deny: ['127.0.0.1'] });
      Object.assign(port.servers[1] as object, { port: server.tcpPort(1) });
    });
    await expect(failing).rejects.toThrow('another program or server has it');
    await echoes(client, 'y');
    const second = await connectTcp(server.tcpPort());
    second.socket.resume();
    await second.ended;
    expect(await server.log.line(/refused/)).toContain('the server has its 1 clients');
  });

  it("of a port's name shows in what the log says of its clients from then on", async () => {
    const server = await startServer(around(tcp()));
    const client = await connectTcp(server.tcpPort());
    await echoes(client, 'x');
    await change(server, (_entry, port) => void (port.name = 'renamed'));
    client.socket.destroy();
    expect(await server.log.line(/disconnected/)).toMatch(/^INFO \[renamed tcp \S+ c\d+\] disconnected /);
    expect(await server.log.line(/closed loop/)).toBe('INFO [renamed] closed loop://');
  });
});

function doubled(bytes: Buffer): Buffer {
  return Buffer.from(
    bytes.toString('hex').replace(/(..)/g, (byte) => (byte === 'ff' ? 'ffff' : byte)),
    'hex',
  );
}
