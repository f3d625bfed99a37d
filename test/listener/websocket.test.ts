import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { makeCertificates } from '../support/certificates.js';
import { closeClients, connectTcp } from '../support/client.js';
import { FakeDevice } from '../support/fake-device.js';
import { describeWith } from '../support/needs.js';
import { startServer, stopServers, type TestServer } from '../support/server.js';
import { until } from '../support/until.js';
import {
  clientFrame,
  closeWsClients,
  connectWs,
  upgradeRequest,
  type WsClient,
} from '../support/websocket.js';

/** What stays real where a test passes the time of one kind of timer. */
const REAL = [
  'nextTick',
  'queueMicrotask',
  'setImmediate',
  'clearImmediate',
  'performance',
  'Date',
  'hrtime',
] as const;

interface Written {
  ports: { name: string; servers: { endpoint: string }[] }[];
}
const websocket = (more: object = {}) => ({ protocol: 'websocket', endpoint: 'device', ...more });
const config = (servers: object[] = [websocket()], more: object = {}) => ({
  ports: [{ name: 'p', serial: { port: 'loop://' }, servers, ...more }],
  http: [{ address: '127.0.0.1', port: 0 }],
});
const all = { rts: true, dtr: true, signals: ['rts', 'cts'] };

/** Of one port: where a client that does not read is dropped, and where one that shares the test's thread never is. */
const toBeDropped = [websocket({ send_timeout: 0.3 }), websocket({ endpoint: 'patient', send_timeout: 60 })];

const device = (server: TestServer, name = 'device') => connectWs(`${server.url()}/ws/${name}`);
/** With a device whose every move the test decides. */
async function withDevice(servers?: object[]) {
  const fake = new FakeDevice();
  const server = await startServer(config(servers), () => Promise.resolve(fake));
  return { fake, server };
}
/** Sends long messages and takes them back, until something is so; how many. */
async function echoUntil(so: Promise<unknown>, client: WsClient): Promise<number> {
  const message = Buffer.alloc(256 * 1024, 'x');
  let echoed = 0;
  for (let over = false; !over; echoed++) {
    client.ws.send(message);
    expect((await client.take(message.length)).length).toBe(message.length);
    over = await Promise.race([so.then(() => true), turn(false)]);
  }
  return echoed;
}
/** A client that is one socket: what it sends is up to the test. */
async function rawClient(server: TestServer, ...first: Buffer[]) {
  const client = await connectTcp(Number(new URL(server.url()).port));
  client.socket.write(Buffer.concat([Buffer.from(upgradeRequest('/ws/device')), ...first]));
  const answer = await client.got.upTo('\r\n\r\n');
  expect(answer).toMatch(/^HTTP\/1\.1 101 /);
  return client;
}

afterEach(async () => {
  jest.useRealTimers();
  closeClients();
  closeWsClients();
  await stopServers();
});

describe('an endpoint', () => {
  it('carries bytes both ways, also those that come with the request', async () => {
    const server = await startServer(config());
    const client = await device(server);
    expect(await client.echo('hello')).toBe('hello');
    expect(await server.log.line(/connected/)).toMatch(
      /^INFO \[p websocket c\d+\] connected 127\.0\.0\.1:\d+$/,
    );
    await rawClient(server, clientFrame('binary', 'at once'));
    expect(await client.take(7)).toBe('at once');
  });

  it('gives every client the same chunk in one frame', async () => {
    const { fake, server } = await withDevice();
    const clients = [await device(server), await device(server)];
    await server.log.some(2, / connected /);
    fake.events?.data(Buffer.from('one'));
    for (const client of clients) {
      expect(await client.take(3)).toBe('one');
      expect(client.frames).toBe(1);
    }
  });

  it('hands a frame to the device in one piece, which keeps it when the rest of its message never comes', async () => {
    const { fake, server } = await withDevice();
    const [a, b] = [await rawClient(server), await rawClient(server)];
    const frame = clientFrame('binary', 'whole');
    a.socket.write(frame.subarray(0, 8));
    b.socket.write(clientFrame('binary', 'other'));
    await until(() => fake.calls.includes('write other'));
    a.socket.write(frame.subarray(8));
    await until(() => fake.calls.includes('write whole'));
    a.socket.write(clientFrame('binary', 'frag', { fin: false }));
    a.socket.write(clientFrame('binary', 'against the rules'));
    expect((await a.got.rest()).readUInt16BE(2)).toBe(1002);
    await until(() => fake.calls.includes('write frag'));
    expect(fake.calls).toEqual(['write other', 'write whole', 'write frag']);
  });

  it('takes a firmware of many MiB in one message', async () => {
    const server = await startServer(config());
    const client = await device(server);
    const firmware = randomBytes(5 * 1024 * 1024);
    client.ws.send(firmware);
    expect(await client.take(firmware.length)).toBe(firmware.toString('latin1'));
  });

  it('keeps commands in their place among the data of a client', async () => {
    const { fake, server } = await withDevice([websocket({ control: all })]);
    const { ws } = await device(server);
    ws.send(Buffer.from('a'));
    ws.send('{"rts": false}');
    ws.send(Buffer.from('b'));
    ws.send('{"break": 1}');
    ws.send(Buffer.from('c'));
    ws.send('{"rts": true, "dtr": false}');
    await until(() => fake.calls.includes('lines {"rts":true,"dtr":false}'));
    expect(fake.calls).toEqual([
      'write a',
      'lines {"rts":false}',
      'write b',
      'break on',
      'break off',
      'write c',
      'lines {"rts":true,"dtr":false}',
    ]);
  });

  it('tells the listed lines on connect and when they change, and nothing twice', async () => {
    const server = await startServer(config([websocket({ control: all })]));
    const [a, b] = [await device(server), await device(server)];
    // The loop device gives RTS back as CTS, and begins with both high.
    const high = { signals: { rts: true, cts: true } };
    const low = { signals: { rts: false, cts: false } };
    expect([await a.text(1), await b.text(1)]).toEqual([[high], [high]]);
    a.ws.send('{"rts": false}');
    a.ws.send('{"rts": false}');
    a.ws.send('{"dtr": false}');
    a.ws.send('{"rts": true}');
    expect(await a.text(3)).toEqual([high, low, high]);
    expect(await b.text(3)).toEqual([high, low, high]);
  });

  it('tells what the device does with its lines, of the listed ones', async () => {
    const control = { signals: ['cts', 'dsr'], poll_interval: 0.02 };
    const { fake, server } = await withDevice([websocket({ control })]);
    const client = await device(server);
    const low = { rts: false, dtr: false, cts: false, dsr: false, ri: false, cd: false };
    expect(await client.text(1)).toEqual([{ signals: { cts: false, dsr: false } }]);
    fake.lines = { ...low, ri: true };
    fake.lines = { ...low, cts: true };
    expect((await client.text(2))[1]).toEqual({ signals: { cts: true, dsr: false } });
    fake.lines = { ...low, cts: true, cd: true, dsr: true };
    expect((await client.text(3))[2]).toEqual({ signals: { cts: true, dsr: true } });
  });

  it('with control that lists no line tells so on connect, and never again', async () => {
    const server = await startServer(config([websocket({ control: { rts: true } })]));
    const client = await device(server);
    expect(await client.text(1)).toEqual([{ signals: {} }]);
    client.ws.send('{"rts": false}');
    expect(await client.echo('on')).toBe('on');
    expect(client.texts.length).toBe(1);
  });

  it('without control has no lines: it tells none and sets none', async () => {
    const { fake, server } = await withDevice();
    const { ws, texts } = await device(server);
    ws.send('{"rts": true}');
    expect(await server.log.line(/ignored/)).toContain('control.rts');
    ws.send(Buffer.from('x'));
    await until(() => fake.calls.includes('write x'));
    expect(fake.calls).toEqual(['write x']);
    expect(texts).toEqual([]);
  });

  it('with data false carries lines only', async () => {
    const { fake, server } = await withDevice([websocket({ control: all, data: false })]);
    const client = await device(server);
    await client.text(1);
    fake.events?.data(Buffer.from('from the device'));
    client.ws.send(Buffer.from('to the device'));
    client.ws.send('{"rts": false}');
    await client.text(2);
    expect(fake.calls).toEqual(['lines {"rts":false}']);
    expect(client.frames).toBe(0);
  });

  it('ignores text that is no command, and says so once', async () => {
    const server = await startServer(config());
    const client = await rawClient(server);
    for (const text of ['{', '[1]', Buffer.from([0xff, 0xfe]), '{"x":1}'])
      client.socket.write(clientFrame('text', text));
    client.socket.write(clientFrame('binary', 'on'));
    expect((await client.got.take(4)).toString('latin1')).toBe('\x82\x02on');
    expect(server.log.lines.filter((line) => line.includes('ignored')).length).toBe(1);
  });
});

describe('a WebSocket', () => {
  it.each<[string, Buffer, number]>([
    ['a frame that is not masked', Buffer.from([0x82, 0x01, 0x61]), 1002],
    ['reserved bits', Buffer.from([0xf2, 0x80, 0, 0, 0, 0]), 1002],
    ['an unknown kind of frame', Buffer.from([0x83, 0x80, 0, 0, 0, 0]), 1002],
    ['a continuation of nothing', clientFrame('continuation', 'x'), 1002],
    ['a ping in fragments', clientFrame('ping', 'x', { fin: false }), 1002],
    ['a close code that does not exist', clientFrame('close', Buffer.from([0x03, 0xed])), 1002],
    ['a reason that is not UTF-8', clientFrame('close', Buffer.from([0x03, 0xe8, 0xff])), 1007],
    ['a text over 1 MiB', clientFrame('text', Buffer.alloc(1024 * 1024 + 1)), 1009],
  ])('that sends %s is closed with the code for it, and others go on', async (_what, wire, code) => {
    const server = await startServer(config());
    const other = await device(server);
    const { socket, got, ended } = await rawClient(server);
    socket.write(wire);
    socket.write(clientFrame('binary', 'too late'));
    const close = await got.rest();
    expect([close[0], close.readUInt16BE(2)]).toEqual([0x88, code]);
    expect(await ended).toBe('end');
    expect(await other.echo('on')).toBe('on');
  });

  it('ends with the code that its client gives', async () => {
    const server = await startServer(config());
    const client = await device(server);
    client.ws.close(4000, 'done');
    expect((await client.closed).code).toBe(4000);
    await server.log.line(/disconnected/);
    expect(server.server().connections.length).toBe(0);
  });

  it('answers pings with their content', async () => {
    const server = await startServer(config());
    const { ws } = await device(server);
    ws.ping('are you there');
    const [data] = (await once(ws, 'pong')) as [Buffer];
    expect(data.toString()).toBe('are you there');
  });

  it('is pinged every 20 s, and dropped when it has left two pings unanswered', async () => {
    const server = await startServer(config());
    jest.useFakeTimers({ doNotFake: [...REAL, 'setTimeout', 'clearTimeout'] });
    const alive = await device(server);
    const deaf = await connectWs(`${server.url()}/ws/device`, [], { autoPong: false });
    await server.log.some(2, / connected /);
    for (let ping = 1; ping <= 2; ping++) {
      const pings = Promise.all([once(alive.ws, 'ping'), once(deaf.ws, 'ping')]);
      jest.advanceTimersByTime(20_000);
      await pings;
      // What comes after its pong finds that taken.
      expect(await alive.echo('x')).toBe('x');
      await deaf.take(1);
    }
    jest.advanceTimersByTime(20_000);
    expect((await deaf.closed).code).toBe(1006);
    expect(await server.log.line(/dropped/)).toContain('it did not answer 2 pings');
    expect(await alive.echo('x')).toBe('x');
  });

  it('that only answers pings is idle, and one that sends empty text frames is not', async () => {
    const server = await startServer(config([websocket({ idle_timeout: 0.6 })]));
    const idle = await device(server);
    const begun = performance.now();
    const pings = setInterval(() => idle.ws.ping(), 100);
    expect(await idle.closed).toEqual({ code: 1001, reason: expect.stringContaining('idle_timeout') });
    expect(performance.now() - begun).toBeGreaterThan(500);
    clearInterval(pings);
    jest.useFakeTimers({ doNotFake: [...REAL, 'setInterval', 'clearInterval'] });
    const kept = await device(server);
    await server.log.some(2, / connected /);
    for (let sign = 0; sign < 10; sign++) {
      jest.advanceTimersByTime(300);
      kept.ws.send('');
      // Its answer comes when the frame before it was taken, or never.
      kept.ws.ping();
      await Promise.race([once(kept.ws, 'pong'), kept.closed]);
    }
    expect(kept.ws.readyState).toBe(kept.ws.OPEN);
    jest.advanceTimersByTime(600);
    expect((await kept.closed).code).toBe(1001);
  });
});

describe('a WebSocket that is not let in', () => {
  it('for a limit is closed with 1013, and nothing that it sent at once reaches the device', async () => {
    const { fake, server } = await withDevice([websocket({ max_connections: 1 })]);
    const first = await device(server);
    await server.log.line(/ connected /);
    for (let count = 0; count < 20; count++) {
      const refused = await rawClient(
        server,
        clientFrame('binary', 'refused'),
        clientFrame('text', '{"break":9}'),
      );
      const close = await refused.got.rest();
      expect([close[0], close.readUInt16BE(2)]).toEqual([0x88, 1013]);
      expect(close.subarray(4).toString()).toBe('the server has its 1 clients (max_connections)');
    }
    first.ws.send(Buffer.from('let in'));
    await until(() => fake.calls.length > 0);
    expect(fake.calls).toEqual(['write let in']);
    expect(server.server().counts).toMatchObject({ accepted: 1, refused: 20 });
  });

  it('for the device is closed with 1011, and with a reason that fits', async () => {
    const path = `/dev/${'absent-'.repeat(40)}`;
    const server = await startServer({
      ...config(),
      ports: [{ ...config().ports[0], serial: { port: path } }],
    });
    const { code, reason } = await (await device(server)).closed;
    expect(code).toBe(1011);
    expect(reason).toMatch(/^Cannot open \/dev\/absent-/);
    expect(Buffer.byteLength(reason)).toBeLessThanOrEqual(123);
    expect(server.log.lines.some((line) => line.includes('disconnected'))).toBe(false);
    expect(server.server().counts).toMatchObject({ accepted: 0, refusals: { device: 1 } });
  });

  it('because a newer one takes its place is closed with 1008', async () => {
    const server = await startServer(config([websocket({ max_connections: 1, on_limit: 'kick-oldest' })]));
    const oldest = await device(server);
    await server.log.line(/ connected /);
    const newest = await device(server);
    expect((await oldest.closed).code).toBe(1008);
    expect(await newest.echo('x')).toBe('x');
  });
});

describe('back-pressure', () => {
  it.each([
    ['with many messages', 400, 64 * 1024],
    ['within one message', 1, 400 * 64 * 1024],
  ])('stops a client %s while the device takes nothing, and loses nothing', async (_how, messages, bytes) => {
    const { fake, server } = await withDevice();
    fake.blocked = true;
    const { ws } = await device(server);
    await server.log.line(/ connected /);
    const message = Buffer.alloc(bytes, 'x');
    for (let sent = 0; sent < messages; sent++) ws.send(message);
    // The client keeps what neither the server nor the system takes.
    let before = -1;
    while (before !== ws.bufferedAmount) {
      before = ws.bufferedAmount;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    expect(ws.bufferedAmount).toBeGreaterThan(4 * 1024 * 1024);
    expect(server.port().queued).toBeLessThan(1024 * 1024);
    fake.unblock();
    const written = () => fake.calls.reduce((sum, call) => sum + call.length - 'write '.length, 0);
    await until(() => written() === messages * message.length);
    expect(ws.readyState).toBe(ws.OPEN);
  });

  it('drops a client that does not read after send_timeout, and nobody else', async () => {
    const server = await startServer(config(toBeDropped));
    const stopped = await device(server);
    const reading = await device(server, 'patient');
    await server.log.some(2, / connected /);
    stopped.ws.pause();
    expect(await echoUntil(server.log.line(/dropped .*send_timeout/), reading)).toBeGreaterThan(1);
    expect(await reading.echo('on')).toBe('on');
  });
});

describeWith(['openssl'], 'an endpoint of an https server', () => {
  it('carries bytes, and drops a client that does not read by a reset as elsewhere', async () => {
    const made = await makeCertificates();
    const http = [{ address: '127.0.0.1', port: 0, ssl: made.server }];
    const server = await startServer({ ...config(toBeDropped), http });
    const connect = (name: string) =>
      connectWs(`${server.url()}/ws/${name}`, [], { rejectUnauthorized: false });
    const [reading, stopped] = [await connect('patient'), await connect('device')];
    await server.log.some(2, / connected /);
    expect(await reading.echo('secret')).toBe('secret');
    stopped.ws.pause();
    await echoUntil(server.log.line(/dropped .*send_timeout/), reading);
    await server.log.line(/disconnected/);
    expect(await reading.echo('on')).toBe('on');
    expect(server.log.lines.filter((line) => line.startsWith('ERROR'))).toEqual([]);
    await made.remove();
  });
});

describe('a change of the configuration', () => {
  it('adds, renames and removes endpoints while clients of others stream, and none of their bytes is lost', async () => {
    const ports = ['a', 'b', 'd'].map((name) => ({
      name,
      serial: { port: 'loop://' },
      servers: [websocket({ endpoint: name })],
    }));
    const server = await startServer({ ...config(), ports });
    const renamed = await device(server, 'b');
    let stop = false;
    const taken = [0, 0];
    // Both clients of a port get all that one of them sends, which has many messages on their way.
    const stream = async (name: string, index: number) => {
      const [sender, other] = [await device(server, name), await device(server, name)];
      const flying: Buffer[] = [];
      do {
        while (!stop && flying.length < 32) {
          const chunk = randomBytes(1 + Math.floor(Math.random() * 4000));
          sender.ws.send(chunk);
          flying.push(chunk);
        }
        const chunk = flying.shift()!.toString('latin1');
        for (const client of [sender, other])
          if ((await client.take(chunk.length)) !== chunk) throw new Error(`${name} got other bytes`);
        taken[index]!++;
      } while (flying.length > 0);
      for (const client of [sender, other]) expect(client.ws.readyState).toBe(client.ws.OPEN);
      return sender.echo('the end');
    };
    const streams = Promise.all(['a', 'd'].map(stream));
    const change = (edit: (draft: Written) => void) =>
      server.config.change((draft) => edit(draft as unknown as Written));
    const streamed = async () => {
      const before = [...taken];
      const all = until(() => taken.every((count, index) => count >= before[index]! + 50));
      await Promise.race([all, streams]);
    };
    await streamed();
    await change(({ ports: [, b] }) => void (b!.servers[0]!.endpoint = 'c'));
    expect(await renamed.closed).toEqual({ code: 1001, reason: 'its server was changed or removed' });
    await expect(device(server, 'b')).rejects.toThrow(/^404 /);
    expect(await (await device(server, 'c')).echo('c')).toBe('c');
    await streamed();
    await change(({ ports: [a] }) => void a!.servers.push(websocket({ endpoint: 'more' })));
    const added = await device(server, 'more');
    await streamed();
    await change(({ ports: [a] }) => void a!.servers.pop());
    expect((await added.closed).code).toBe(1001);
    await change(({ ports: list }) => void list.splice(1, 1));
    await change(({ ports: list }) => void (list[0]!.name = 'z'));
    await change(({ ports: list }) => void list.push(...list.splice(0, 1)));
    await streamed();
    stop = true;
    expect(await streams).toEqual(['the end', 'the end']);
  });

  it('that is the end of the server says farewell with 1001', async () => {
    const server = await startServer(config());
    const client = await device(server);
    await server.stop();
    expect((await client.closed).code).toBe(1001);
  });
});
