import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { closeClients, connectTcp } from '../support/client.js';
import { describeWith } from '../support/needs.js';
import { configFile, endPrograms, Program } from '../support/program.js';
import { closePtys, openPty } from '../support/pty.js';
import { endShellDevices, programDevice } from '../support/shell-device.js';

const MIB = 1024 * 1024;
const SIZE = 64 * MIB;
/** How fast they are is in bench/; here they only have to come. */
const LIMIT_MS = 600_000;
const DEVICE = join(import.meta.dirname, '..', 'support', 'pattern-device.mjs');
/** What is sent again and again; its length is odd, so that no block of a buffer falls on the same bytes twice. */
const PATTERN = Buffer.concat([
  Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)),
  randomBytes(MIB - 255),
]);

const stream = () =>
  Readable.from(
    (function* () {
      for (let at = 0; at < SIZE; at += PATTERN.length) yield PATTERN.subarray(0, SIZE - at);
    })(),
  );

/** Reads `SIZE` bytes; fails at the first one that is not the one that was sent. */
function allArrive(from: Readable): Promise<number> {
  let bytes = 0;
  return new Promise((resolve, reject) => {
    from.on('data', (chunk: Buffer) => {
      for (let at = 0; at < chunk.length;) {
        const place = bytes % PATTERN.length;
        const length = Math.min(chunk.length - at, PATTERN.length - place);
        if (chunk.compare(PATTERN, place, place + length, at, at + length) !== 0)
          reject(new Error(`Other bytes after ${bytes}`));
        at += length;
        bytes += length;
      }
      if (bytes >= SIZE) resolve(bytes);
    });
    from.on('close', () => reject(new Error(`The stream ended after ${bytes} bytes`)));
  });
}

/** The bytes of one of many clients: each has the client's number, and a bit of the pattern for its place. */
function numbered(client: number, size: number): Buffer {
  const bytes = Buffer.alloc(size);
  for (let at = 0; at < size; at++) bytes[at] = client * 2 + bit(at);
  return bytes;
}
const bit = (at: number) => (PATTERN[at % PATTERN.length] as number) & 1;

/** Reads `size` bytes of each client, in whatever order the clients have their turns; fails at the first wrong one. */
function allNumberedArrive(from: Readable, clients: number, size: number): Promise<number[]> {
  const places = Array.from({ length: clients }, () => 0);
  let left = clients * size;
  return new Promise((resolve, reject) => {
    from.on('data', (chunk: Buffer) => {
      for (const byte of chunk) {
        const client = byte >> 1;
        const place = places[client] ?? size;
        places[client] = place + 1;
        if (!(place < size && (byte & 1) === bit(place)))
          reject(new Error(`Another byte after ${place} of client ${client}`));
      }
      left -= chunk.length;
      if (left <= 0) resolve(places);
    });
    from.on('close', () => reject(new Error(`The stream ended, and ${left} bytes are missing`)));
  });
}

async function serve(device: string) {
  const servers = [{ protocol: 'tcp', address: '127.0.0.1', port: 0, send_timeout: 60 }];
  const program = new Program([
    '-v',
    '-c',
    await configFile({ ports: [{ serial: { port: device }, servers }] }),
  ]);
  return { program, port: await program.tcpPort() };
}

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ser2tcp-bytes-'));
  await writeFile(join(folder, 'pattern'), PATTERN);
});
afterEach(async () => {
  closeClients();
  await endPrograms();
  await endShellDevices();
  await closePtys();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describeWith(['socat'], 'a serial device behind a tcp server', () => {
  it.each([1, 10, 100])(
    'sends 64 MiB to %i clients, and not a byte is lost or changed',
    async (count) => {
      const device = await programDevice(`${process.execPath} ${DEVICE} ${join(folder, 'pattern')} ${SIZE}`);
      const { program, port } = await serve(device);
      const clients = await Promise.all(Array.from({ length: count }, () => connectTcp(port)));
      await program.saidTimes(count, ' connected ');
      const arrived = Promise.all(clients.map(({ socket }) => allArrive(socket)));
      clients[0]?.socket.write('go');
      expect(await arrived).toEqual(clients.map(() => SIZE));
    },
    LIMIT_MS,
  );

  it(
    'gets 64 MiB from a client, and not a byte is lost or changed',
    async () => {
      const pty = await openPty();
      const { port } = await serve(pty.path);
      const { socket } = await connectTcp(port);
      const [arrived] = await Promise.all([allArrive(pty.got), pipeline(stream(), socket, { end: false })]);
      expect(arrived).toBe(SIZE);
    },
    LIMIT_MS,
  );

  it.each([10, 100])(
    'gets 64 MiB from %i clients, those of each in their order, and not a byte is lost or changed',
    async (count) => {
      const pty = await openPty();
      const { port } = await serve(pty.path);
      const clients = await Promise.all(Array.from({ length: count }, () => connectTcp(port)));
      const size = Math.floor(SIZE / count);
      const arrived = allNumberedArrive(pty.got, count, size);
      clients.forEach(({ socket }, client) => socket.write(numbered(client, size)));
      expect(await arrived).toEqual(clients.map(() => size));
    },
    LIMIT_MS,
  );
});
