import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { endChildren } from '../support/child.js';
import { closeClients, connectTcp } from '../support/client.js';
import { curl } from '../support/curl.js';
import { Echoes } from '../support/echoes.js';
import { rawRequest, readAnswer } from '../support/http.js';
import { describeWith } from '../support/needs.js';
import { configFile, endPrograms, Program } from '../support/program.js';

const MIB = 1024 * 1024;
const TOKEN = 'the-token';
const AUTHORIZED = ['--header', `Authorization: Bearer ${TOKEN}`];

let program: Program;
let port: number;
let echoes: Echoes;

beforeEach(async () => {
  const address = '127.0.0.1';
  const config = {
    ports: [{ serial: { port: 'loop://' }, servers: [{ protocol: 'tcp', address, port: 0 }] }],
    http: [{ address, port: 0 }],
    tokens: [{ token: TOKEN, admin: true }],
  };
  program = new Program(['-v', '-c', await configFile(config)]);
  const tcp = await program.tcpPort();
  port = Number((await program.said(/listening on http:\/\/127.0.0.1:(\d+)\n/))[1]);
  echoes = new Echoes(tcp);
});
afterEach(async () => {
  closeClients();
  await endChildren();
  await endPrograms();
});

const url = (path: string) => `http://127.0.0.1:${port}${path}`;
const call = (path: string, ...args: string[]) => curl(...args, url(path));
const post = (body: string, ...args: string[]) =>
  call(
    '/api/ports',
    ...AUTHORIZED,
    '--header',
    'Content-Type: application/json',
    '--data-binary',
    body,
    ...args,
  );
const memory = async () =>
  Number(/^VmRSS:\s+(\d+)/m.exec(await readFile(`/proc/${program.child.pid}/status`, 'utf8'))?.[1]) * 1024;
const descriptors = async () => (await readdir(`/proc/${program.child.pid}/fd`)).length;

const serial = { port: 'loop://' };
/** A port with a wrong type at each level, and the path of it. */
const WRONG: [object, string][] = [
  [{ serial: 5 }, 'serial'],
  [{ serial, name: {} }, 'name'],
  [{ serial, max_connections: 'many' }, 'max_connections'],
  [{ serial, servers: {} }, 'servers'],
  [{ serial: { port: 7 } }, 'serial.port'],
  [{ serial: { ...serial, baudrate: [] } }, 'serial.baudrate'],
  [{ serial: { match: [] } }, 'serial.match'],
  [{ serial, servers: ['tcp'] }, 'servers[0]'],
  [{ serial, servers: [{ protocol: 'tcp', address: '::1', port: '80' }] }, 'servers[0].port'],
  [{ serial, servers: [{ protocol: 'tcp', address: '::1', port: 0, control: 1 }] }, 'servers[0].control'],
  [
    { serial, servers: [{ protocol: 'tcp', address: '::1', port: 0, control: { rts: 'yes' } }] },
    'servers[0].control.rts',
  ],
];

async function everyMistake(): Promise<void> {
  const broken = await post('{"name": "a",\n "serial": }');
  expect([broken.status, broken.json['error']]).toEqual([
    400,
    'The body is not JSON: value expected at line 2, column 12',
  ]);
  for (const [body, path] of WRONG) {
    const { status, json } = await post(JSON.stringify(body));
    expect([status, json['issues']]).toEqual([
      400,
      expect.arrayContaining([expect.objectContaining({ path })]),
    ]);
  }
  expect((await call('/%00')).status).toBe(404);
  expect((await call('/api/%00', ...AUTHORIZED)).status).toBe(404);
  expect((await call('/%ff%')).status).toBeLessThan(500);
  expect((await call(`/${'x'.repeat(10_000)}`)).status).toBe(404);
  expect((await call(`/${'x'.repeat(20_000)}`)).status).toBe(431);
  expect([400, 401]).toContain((await call(`/api/status?token=${TOKEN}&token=b`)).status);
  const twice = ['--header', 'Content-Length: 2', '--header', 'Content-Length: 3'];
  expect((await call('/api/status', ...AUTHORIZED, ...twice)).status).toBe(400);
  expect((await call('/api/status', ...AUTHORIZED, '--header', 'X-A: 1', '--header', 'X-A: 2')).status).toBe(
    200,
  );
  expect((await call('/api/status', ...AUTHORIZED, '--http2')).status).toBe(200);
  expect((await call('/api/status', ...AUTHORIZED, '--http1.0')).status).toBe(200);
  expect((await call('/api/status', ...AUTHORIZED, '--request', 'BREW')).status).toBe(400);
  expect((await call('/api/status', ...AUTHORIZED, '--request', 'DELETE')).status).toBe(405);
  expect((await call('/api/ports', ...AUTHORIZED, '--data', 'a=b')).status).toBe(415);
}

/** 2 MiB, over a socket: curl would have to read it from a file. */
async function tooLarge(): Promise<void> {
  const client = await connectTcp(port);
  const headers = { Authorization: `Bearer ${TOKEN}`, 'Content-Type': 'application/json' };
  client.socket.write(rawRequest('POST /api/ports', headers, JSON.stringify('x'.repeat(2 * MIB))));
  expect((await readAnswer(client)).status).toBe(413);
  client.socket.destroy();
}

/** Connections with half a header. */
const halfHeaders = () =>
  Promise.all(
    Array.from({ length: 200 }, async (_, n) => {
      const client = await connectTcp(port);
      client.socket.write(`GET /api/status HTTP/1.1\r\nHost: local${'h'.repeat(n)}`);
      return client;
    }),
  );

describeWith(['curl'], 'Clients of HTTP that mean no good', () => {
  it('get their answers or are cut, while the bytes of a port flow on and memory returns', async () => {
    // What is loaded and compiled for the first time is not what this is about.
    await everyMistake();
    await tooLarge();
    const before = { memory: await memory(), descriptors: await descriptors() };
    await echoes.count();
    const half = await halfHeaders();
    await everyMistake();
    for (let count = 0; count < 10; count++) await tooLarge();
    expect(await echoes.count()).toBeGreaterThan(20);

    const cut = await Promise.all(half.map(({ got }) => got.upTo('\r\n')));
    expect(new Set(cut)).toEqual(new Set(['HTTP/1.1 408 Request Timeout\r\n']));
    await Promise.all(half.map(({ ended }) => ended));
    await echoes.count();
    closeClients();
    for (let look = 0; look < 50 && (await descriptors()) > before.descriptors; look++) await sleep(100);
    expect(await descriptors()).toBeLessThanOrEqual(before.descriptors);
    expect(await memory()).toBeLessThan(before.memory + 32 * MIB);
    expect(program.stderr).not.toMatch(/internal error| ERROR /);
  }, 120_000);
});
