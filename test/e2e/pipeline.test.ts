import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closeClients, connectTcp } from '../support/client.js';
import { describeWith } from '../support/needs.js';
import { startServer, stopServers, tcp, type TestServer } from '../support/server.js';

const SCRIPT = join(import.meta.dirname, '../../examples/pipeline/device.sh');
const PORT = { name: 'a board', serial: { port: 'loop://' }, servers: [tcp()] };

let folder: string;
let server: TestServer;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ser2tcp-pipeline-'));
  server = await startServer({
    ports: [],
    http: [{ address: '127.0.0.1', port: 0 }],
    tokens: [
      { token: 'the-token', name: 'boss', admin: true },
      { token: 'a-guest', name: 'guest' },
    ],
  });
});
afterEach(async () => {
  closeClients();
  await stopServers();
  await rm(folder, { recursive: true });
});

interface Ended {
  status: number;
  stdout: string;
  stderr: string;
}

function device(args: string[], env: Record<string, string> = {}): Promise<Ended> {
  const given = { ...process.env, SER2TCP_URL: server.url(0), SER2TCP_TOKEN: 'the-token', ...env };
  return new Promise((resolve) => {
    execFile('bash', [SCRIPT, ...args], { env: given }, (error, stdout, stderr) =>
      resolve({ status: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });
}

async function file(port: unknown): Promise<string> {
  const path = join(folder, 'port.json');
  await writeFile(path, JSON.stringify(port));
  return path;
}

async function statusOf(name: string) {
  const answer = await fetch(`${server.url(0)}/api/status?port=${encodeURIComponent(name)}`, {
    headers: { authorization: 'Bearer the-token' },
  });
  return ((await answer.json()) as { port: { servers: { where: string }[]; serial: object } }).port;
}
const tcpPort = async () => Number((await statusOf(PORT.name)).servers[0]?.where.split(':').at(-1));
const DONE = { status: 0, stdout: '', stderr: '' };

describeWith(['curl', 'jq'], 'examples/pipeline/device.sh', () => {
  it('ensure makes a port, leaves it alone when it is so, and else changes it', async () => {
    expect(await device(['ensure', await file(PORT)])).toEqual(DONE);
    const client = await connectTcp(await tcpPort());
    expect(await device(['ensure', await file(PORT)])).toEqual(DONE);
    const faster = { ...PORT, serial: { port: 'loop://', baudrate: 115200 } };
    expect(await device(['ensure', await file(faster)])).toEqual(DONE);
    expect(await statusOf(PORT.name)).toMatchObject({ serial: { baudrate: 115200 } });
    client.socket.write('still here');
    expect(String(await client.got.take(10))).toBe('still here');
  });

  it('ensure says what is wrong with a port', async () => {
    const wrong = await file({ ...PORT, serial: { port: 'loop://', baudrate: 'fast' } });
    const { status, stderr } = await device(['ensure', wrong]);
    expect([status, stderr]).toEqual([3, expect.stringMatching(/^device\.sh: 400 .*serial\.baudrate/)]);
    expect((await device(['ensure', join(folder, 'none.json')])).status).toBe(2);
  });

  it('wait returns when the device is there, and says why it is not', async () => {
    await device(['ensure', await file(PORT)]);
    expect(await device(['wait', PORT.name, '5'])).toEqual(DONE);
    const gone = { ...PORT, name: 'gone', serial: { port: '/dev/ser2tcp-none' }, servers: [] };
    await device(['ensure', await file(gone)]);
    const { status, stderr } = await device(['wait', 'gone', '0']);
    expect([status, stderr]).toEqual([1, expect.stringContaining('/dev/ser2tcp-none')]);
  });

  it('kick disconnects all clients, and nobody where there are none', async () => {
    await device(['ensure', await file(PORT)]);
    const clients = [await connectTcp(await tcpPort()), await connectTcp(await tcpPort())];
    for (const client of clients) client.socket.write('x');
    await Promise.all(clients.map((client) => client.got.take(2)));
    expect(await device(['kick', PORT.name], { SER2TCP_TOKEN: 'a-guest' })).toEqual(DONE);
    await Promise.all(clients.map((client) => client.ended));
    expect(await device(['kick', PORT.name])).toEqual(DONE);
  });

  it('expect prints what the device says until the text was in it, a prompt without a line included', async () => {
    await device(['ensure', await file(PORT)]);
    const at = `127.0.0.1:${await tcpPort()}`;
    expect(await device(['expect', at, 'login:', '10', 'hello\nlogin: '])).toEqual({
      ...DONE,
      stdout: expect.stringMatching(/^hello\nlogin:/),
    });
    const { status, stderr } = await device(['expect', at, 'login:', '1', 'hello\n']);
    expect([status, stderr]).toEqual([1, 'device.sh: "login:" did not come within 1 s\n']);
  });

  it('its status says whether it was used wrongly, refused, or found no server', async () => {
    expect((await device(['flash'])).status).toBe(2);
    const refused = await device(['kick', 'x'], { SER2TCP_TOKEN: 'wrong' });
    expect([refused.status, refused.stderr]).toEqual([3, expect.stringMatching(/^device\.sh: 401 /)]);
    expect((await device(['kick', 'x'])).status).toBe(3);
    expect((await device(['kick', 'x'], { SER2TCP_URL: 'http://127.0.0.1:1' })).status).toBe(4);
  });
});
