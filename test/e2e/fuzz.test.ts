import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { createCipheriv } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect as connectNet, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { connect as connectTls } from 'node:tls';
import { makeCertificates, type Certificates } from '../support/certificates.js';
import { endChildren } from '../support/child.js';
import { Echoes } from '../support/echoes.js';
import { describeWith } from '../support/needs.js';
import { configFile, endPrograms, Program } from '../support/program.js';
import { closePtys, openPty, type Pty } from '../support/pty.js';
import { Reader } from '../support/reader.js';
import { toHex } from '../support/wire.js';

const MIB = 1024 * 1024;
const BYTES = 10 * MIB;
const ECHOES = 10;
/** Another number gives other bytes. */
const SEED = 3;
/** A line as the program writes them; stack traces and Node's own warnings have no time in front. */
const LOG_LINE = /^\d{4}-\d\d-\d\dT[\d:.]+Z (DEBUG|INFO|WARNING|ERROR) \[/;
/** Far more than what goes wrong in different ways, far less than what goes wrong. */
const LOG_LINES = 100;
const GREETING = 'after all that';

let made: Certificates;
let folder: string;
const sockets = new Set<Socket>();

beforeAll(async () => {
  made = await makeCertificates();
  folder = await mkdtemp(join(tmpdir(), 'ser2tcp-fuzz-'));
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  await endChildren();
  await endPrograms();
  await closePtys();
});
afterAll(async () => {
  await made?.remove();
  await rm(folder, { recursive: true, force: true });
});

/** The same random bytes in each run. */
function* random(bytes: number): Generator<Buffer> {
  const cipher = createCipheriv('aes-128-ctr', Buffer.alloc(16, SEED), Buffer.alloc(16));
  const zeros = Buffer.alloc(64 * 1024);
  for (let left = bytes; left > 0; left -= zeros.length) yield cipher.update(zeros).subarray(0, left);
}

/** Mostly what means something to telnet. */
function* telnetCommands(bytes: number): Generator<Buffer> {
  const common = Buffer.from('fffffffffffbfcfdfefaf0f6000103180d0a00ff', 'hex');
  for (const chunk of random(bytes)) yield chunk.map((byte) => common[byte] ?? byte) as Buffer;
}

/** A telnet break takes a quarter of a second: of the 160 that chance brings, a few are left. */
function* withFewBreaks(chunks: Iterable<Buffer>): Generator<Buffer> {
  let breaks = 0;
  for (const chunk of chunks) {
    for (let at = 0; (at = chunk.indexOf('fff3', at, 'hex')) >= 0; at++)
      if (++breaks > 4) chunk[at + 1] = 0xf1;
    yield chunk;
  }
}

type Way = { port: number } | { path: string };

function connectTo(way: Way): Socket {
  const socket = connectNet('port' in way ? { ...way, host: '127.0.0.1' } : way);
  return tracked(socket);
}

function connectSecurely(way: Way): Socket {
  return tracked(connectTls({ ...way, host: '127.0.0.1', rejectUnauthorized: false }));
}

function tracked<S extends Socket>(socket: S): S {
  sockets.add(socket);
  socket.on('error', () => {});
  return socket;
}

/** Sends all of it, and waits until the server has taken it and says goodbye. */
async function sendAll(socket: Socket, chunks: Iterable<Buffer>): Promise<void> {
  socket.resume();
  const closed = new Promise((resolve) => socket.once('close', resolve));
  await pipeline(Readable.from(chunks), socket, { end: true }).catch(() => {});
  await closed;
}

/** Begins again with what is left whenever the server has had enough. */
async function sendInPieces(way: Way, chunks: Iterable<Buffer>): Promise<void> {
  for (const chunk of chunks) await sendAll(connectTo(way), [chunk]);
}

interface Target {
  readonly name: string;
  readonly server: () => object;
  readonly stream?: () => Iterable<Buffer>;
  readonly send?: (way: Way, chunks: Iterable<Buffer>) => Promise<void>;
  /** How a client connects that behaves. */
  readonly connect?: (way: Way) => Socket;
  /** What the device gets of the stream, where that can be told. */
  readonly arrive?: number;
}

const tcp = (more: object = {}) => ({ protocol: 'tcp', address: '127.0.0.1', port: 0, ...more });
const control = { rts: true, dtr: true, signals: ['rts', 'dtr', 'cts', 'dsr', 'ri', 'cd'] };
const telnet = () => tcp({ protocol: 'telnet' });
const ssl = () => tcp({ protocol: 'ssl', ssl: made.server });
const socket = () => ({ protocol: 'socket', address: join(folder, 'port.sock') });

const TARGETS: Target[] = [
  { name: 'a tcp server', server: tcp, arrive: BYTES },
  { name: 'a tcp server with control', server: () => tcp({ control }) },
  { name: 'a tcp server for control alone', server: () => tcp({ control, data: false }), arrive: 0 },
  { name: 'a telnet server', server: telnet, stream: () => withFewBreaks(random(BYTES)) },
  {
    name: 'a telnet server, as commands',
    server: telnet,
    stream: () => withFewBreaks(telnetCommands(BYTES)),
  },
  {
    name: 'an ssl server, in place of TLS',
    server: ssl,
    send: sendInPieces,
    connect: connectSecurely,
    arrive: 0,
  },
  {
    name: 'an ssl server, within TLS',
    server: ssl,
    send: (way, chunks) => sendAll(connectSecurely(way), chunks),
    connect: connectSecurely,
    arrive: BYTES,
  },
  { name: 'a Unix socket server', server: socket, arrive: BYTES },
];

async function serve(server: object, pty: Pty): Promise<{ program: Program; way: Way; echoPort: number }> {
  const ports = [
    { name: 'target', serial: { port: pty.path }, servers: [server] },
    { name: 'echo', serial: { port: 'loop://' }, servers: [tcp()] },
  ];
  const program = new Program(['-v', '-c', await configFile({ ports })]);
  const [, where = ''] = await program.said(/\[target \S+\] listening on (\S+)\n/);
  const [, echoPort] = await program.said(/\[echo tcp\] listening on \S+:(\d+)\n/);
  const way = where.startsWith('/') ? { path: where } : { port: Number(where.split(':').at(-1)) };
  return { program, way, echoPort: Number(echoPort) };
}

describeWith(['socat', 'openssl'], '10 MiB of random bytes', () => {
  it.each(TARGETS)(
    'sent to $name disturb nobody',
    async (target) => {
      const { server, connect = connectTo, arrive } = target;
      const { stream = () => random(BYTES), send = (way, chunks) => sendAll(connectTo(way), chunks) } =
        target;
      const pty = await openPty();
      const { program, way, echoPort } = await serve(server(), pty);
      let arrived = 0;
      pty.got.on('data', (chunk: Buffer) => (arrived += chunk.length));
      // It keeps the device open, whose opening is another matter.
      connect(way).resume();
      await program.said(/\[target \S+ c\d+\] connected /);
      const echoes = new Echoes(echoPort);
      await echoes.more(1);
      await send(way, stream());
      await echoes.more(ECHOES);

      // Whoever comes next is served as ever.
      const device = new Reader(pty.got);
      const client = connect(way);
      if (target.name.includes('control alone')) {
        client.write(Buffer.from([0xff, 0xc0]));
        expect(toHex(await new Reader(client).take(2))).toBe('ff 80');
      } else {
        client.write(GREETING);
        await device.upTo(GREETING);
        arrived -= GREETING.length;
      }
      if (arrive !== undefined) expect(arrived).toBe(arrive);
      expect(program.child.exitCode).toBeNull();
      const lines = program.stderr.trimEnd().split('\n');
      expect(lines.filter((line) => !LOG_LINE.test(line) || line.includes('internal error'))).toEqual([]);
      expect(lines.length).toBeLessThan(LOG_LINES);
    },
    60_000,
  );
});
