import { afterEach, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';
import { describeWith } from '../support/needs.js';
import { startPlainNginx, stopProxies } from '../support/proxy.js';
import { startServer, stopServers, type TestServer } from '../support/server.js';
import { closeWsClients, connectWs } from '../support/websocket.js';

const run = promisify(execFile);
const all = { rts: true, dtr: true, signals: ['rts', 'cts'] };
const TOKEN = 'api-token';
/** Longer than nginx waits by default. */
const IDLE_MS = 65_000;

const start = () =>
  startServer({
    ports: [
      {
        name: 'p',
        serial: { port: 'loop://' },
        servers: [{ protocol: 'websocket', endpoint: 'device', control: all, max_connections: 1 }],
      },
    ],
    http: [{ address: '127.0.0.1', port: 0 }],
    tokens: [{ token: TOKEN, name: 'program', admin: true }],
  });
const wsUrl = (server: TestServer) => `${server.url().replace('http', 'ws')}/ws/device`;

/** What a browser and Node have in common. Every byte value goes there and back; then the lines, the limit and the end. */
const SESSION = `async (url, token) => {
  const said = [];
  const connect = () => {
    const ws = new WebSocket(url, ['ser2tcp', 'bearer.' + token]);
    ws.binaryType = 'arraybuffer';
    ws.closed = new Promise((resolve) => (ws.onclose = ({ code, reason }) => resolve(code + ' ' + reason)));
    // Two may come in one read.
    const came = [];
    let wake = () => {};
    ws.onmessage = ({ data }) => wake(came.push(data));
    ws.next = async () => {
      while (came.length === 0) await new Promise((resolve) => (wake = resolve));
      return came.shift();
    };
    return ws;
  };
  const ws = connect();
  said.push(await ws.next(), ws.protocol);
  const bytes = Uint8Array.from({ length: 100_000 }, (_, at) => at & 0xff);
  ws.send(bytes);
  let got = [];
  while (got.length < bytes.length) got = got.concat(Array.from(new Uint8Array(await ws.next())));
  said.push(got.length + ' ' + got.every((byte, at) => byte === (at & 0xff)));
  ws.send('{"rts": false}');
  said.push(await ws.next());
  said.push(await connect().closed);
  ws.close(1000);
  said.push(await ws.closed);
  return said;
}`;
const SAID = [
  '{"signals":{"rts":true,"cts":true}}',
  'ser2tcp',
  '100000 true',
  '{"signals":{"rts":false,"cts":false}}',
  '1013 the server has its 1 clients (max_connections)',
  '1000 ',
];

afterEach(async () => {
  closeWsClients();
  await stopProxies();
  await stopServers();
});

describe("Node's own WebSocket", () => {
  it('carries bytes, lines and codes', async () => {
    const server = await start();
    // Node 20 has it behind an option, which later ones take too.
    const script = `(${SESSION})(...process.argv.slice(1)).then((said) => console.log(JSON.stringify(said)))`;
    const args = ['--experimental-websocket', '--no-warnings', '-e', script, wsUrl(server), TOKEN];
    const { stdout } = await run(process.execPath, args);
    expect(JSON.parse(stdout)).toEqual(SAID);
  });
});

describeWith(['chromium'], 'Chromium', () => {
  it('carries bytes, lines and codes', async () => {
    const server = await start();
    const browser = await chromium.launch({
      executablePath: '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    });
    try {
      const page = await browser.newPage();
      await page.goto(`${server.url()}/api/nothing`);
      const said = await page.evaluate(`(${SESSION})(${JSON.stringify(wsUrl(server))}, '${TOKEN}')`);
      expect(said).toEqual(SAID);
    } finally {
      await browser.close();
    }
  }, 60_000);
});

describeWith(['python3-websocket'], "Python's websocket-client", () => {
  it('carries bytes, lines and codes', async () => {
    const server = await start();
    const script = `
import json, sys, websocket
url, token = sys.argv[1:]
header = ['Authorization: Bearer ' + token]
ws = websocket.create_connection(url, header=header)
said = [ws.recv()]
data = bytes(range(256)) * 300
ws.send_binary(data)
got = b''
while len(got) < len(data):
    got += ws.recv()
said.append(got == data)
ws.send('{"rts": false}')
said.append(ws.recv())
second = websocket.create_connection(url, header=header)
# This version knows codes up to 1011 only, and takes 1013 for a broken frame.
frame = second.sock.recv(200)
said.append([frame[0], int.from_bytes(frame[2:4], 'big')])
try:
    websocket.create_connection(url)
except websocket.WebSocketBadStatusException as error:
    said.append(error.status_code)
ws.close()
print(json.dumps(said))`;
    const { stdout } = await run('/usr/bin/python3', ['-c', script, wsUrl(server), TOKEN]);
    expect(JSON.parse(stdout)).toEqual([SAID[0], true, SAID[3], [0x88, 1013], 401]);
  });
});

describeWith(['curl'], 'curl', () => {
  it.each([
    ['/ws/device', [], 401],
    ['/ws/device?token=wrong', [], 401],
    [`/ws/other?token=${TOKEN}`, [], 404],
    [`/ws/device?token=${TOKEN}`, ['Origin: http://evil.example'], 403],
    [`/ws/device?token=${TOKEN}`, ['Sec-WebSocket-Version: 12'], 426],
  ])('sees why %s with %j is refused: %i', async (path, more, status) => {
    const server = await start();
    const headers = [
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    ].filter((header) => !more.some((other) => other.split(':')[0] === header.split(':')[0]));
    const args = ['-s', '-i', '-m', '10', '--http1.1'];
    const lines = [...headers, ...more].flatMap((header) => ['-H', header]);
    const { stdout } = await run('curl', [...args, ...lines, server.url() + path]);
    expect(stdout).toMatch(new RegExp(`^HTTP/1\\.1 ${status} [^]*\\{"error":"[^"]+"`));
  });
});

describeWith(['nginx'], 'behind nginx as it is by default', () => {
  it(
    'a WebSocket passes, and outlives its 60 s of silence by the pings',
    async () => {
      const server = await start();
      const proxy = await startPlainNginx(Number(new URL(server.url()).port));
      const url = `http://127.0.0.1:${proxy.port}/ws/device`;
      await expect(connectWs(url)).rejects.toThrow(/^401 /);
      const client = await connectWs(`${url}?token=${TOKEN}`);
      let pings = 0;
      client.ws.on('ping', () => pings++);
      expect(await client.echo('before')).toBe('before');
      await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
      expect(pings).toBe(Math.floor(IDLE_MS / 20_000));
      expect(await client.echo('after')).toBe('after');
      const refused = await connectWs(`${url}?token=${TOKEN}`);
      expect((await refused.closed).code).toBe(1013);
    },
    IDLE_MS + 30_000,
  );
});
