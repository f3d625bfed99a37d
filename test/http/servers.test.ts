import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Get, Param, Post } from '@nestjs/common';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { Public } from '../../src/auth/decorators.js';
import { ConfigService } from '../../src/config/config.service.js';
import { HttpService } from '../../src/http/http.service.js';
import { type Client, closeClients, connectTcp } from '../support/client.js';
import { freePort } from '../support/free-port.js';
import { rawRequest, readAnswer, WEBSOCKET } from '../support/http.js';
import { startServer, stopServers, type TestServer } from '../support/server.js';
import { until } from '../support/until.js';

let release: (() => void) | undefined;

@Controller('probe')
class Probe {
  constructor(private readonly config: ConfigService) {}

  @Public()
  @Get('ready')
  ready() {
    return { ready: true };
  }
  /** Answers when the test says so. */
  @Public()
  @Get('slow')
  async slow() {
    await new Promise<void>((resolve) => (release = resolve));
    return { slow: true };
  }
  /** Moves the first http server to another port, or away. */
  @Public()
  @Post('move/:port')
  async move(@Param('port') port: string) {
    await this.config.change(({ http = [] }) => {
      if (port === 'away') http.shift();
      else Object.assign(http[0] as object, { port: Number(port) });
    });
    return { moved: true };
  }
}

const entry = (more: object = {}) => ({ address: '127.0.0.1', port: 0, ...more });
const start = (...http: object[]) => startServer({ http }, undefined, [Probe]);
const portOf = (server: TestServer, index = 0) => Number(new URL(server.url(index)).port);
const edit = (server: TestServer, change: object, index = 0) =>
  server.config.change(({ http = [] }) => void Object.assign(http[index] as object, change));

async function get(client: Client, path = '/probe/ready', headers: Record<string, string> = {}) {
  client.socket.write(rawRequest(`GET ${path}`, headers));
  return readAnswer(client);
}

async function takePort() {
  const server = createServer((socket) => socket.destroy());
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return { server, port };
}

afterEach(async () => {
  release?.();
  release = undefined;
  closeClients();
  await stopServers();
});

describe('A change of the http servers', () => {
  it.each([
    ['name', { name: 'renamed' }],
    ['cors', { cors: ['https://tools.example'] }],
    ['base_path', { base_path: '/serial' }],
    ['trusted_proxies', { trusted_proxies: ['127.0.0.1'] }],
    ['allow', { allow: ['127.0.0.0/8'] }],
    ['hosts', { hosts: ['serial.example'] }],
  ])('of %s is in use at once and leaves its connections', async (_key, change) => {
    const server = await start(entry());
    const url = server.url();
    const client = await connectTcp(portOf(server));
    expect((await get(client)).status).toBe(200);
    await edit(server, change);
    expect((await get(client)).status).toBe(200);
    expect(server.url()).toBe(url);
  });

  it('counts for the next request of a connection that is there', async () => {
    const server = await start(entry({ trusted_proxies: ['127.0.0.1'] }));
    const client = await connectTcp(portOf(server));
    const behind = { 'X-Forwarded-For': '203.0.113.7' };
    expect((await get(client, '/probe/ready', behind)).status).toBe(200);
    await edit(server, { deny: ['203.0.113.7'] });
    const refused = await get(client, '/probe/ready', behind);
    expect([refused.status, JSON.parse(refused.body)]).toEqual([
      403,
      { error: 'Clients of this address are not allowed (allow, deny)', code: 'ADDRESS_REFUSED' },
    ]);
  });

  it('that adds or removes one leaves the connections of the others', async () => {
    const server = await start(entry({ name: 'a' }), entry({ name: 'b' }));
    const [a, b] = [await connectTcp(portOf(server, 0)), await connectTcp(portOf(server, 1))];
    await get(b);
    await server.config.change(({ http = [] }) => void http.push(entry({ name: 'c' })));
    expect((await get(a)).status).toBe(200);
    await server.config.change(({ http = [] }) => void http.shift());
    expect(await a.ended).toBe('end');
    expect((await get(b)).status).toBe(200);
    expect((await fetch(`${server.url(1)}/probe/ready`)).status).toBe(200);
  });

  it('of the port moves it: idle connections end at once, one that waits for its answer gets it', async () => {
    const server = await start(entry());
    const old = portOf(server);
    const [idle, busy] = [await connectTcp(old), await connectTcp(old)];
    await get(idle);
    busy.socket.write(rawRequest('GET /probe/slow'));
    await until(() => release !== undefined);
    const port = await freePort();
    await edit(server, { port });
    expect(await idle.ended).toBe('end');
    expect((await fetch(`http://127.0.0.1:${port}/probe/ready`)).status).toBe(200);
    await expect(connectTcp(old)).rejects.toThrow('ECONNREFUSED');
    release?.();
    const answer = await readAnswer(busy);
    expect(JSON.parse(answer.body)).toEqual({ slow: true });
    expect(answer.head).toMatch(/connection: close/i);
    expect(await busy.ended).toBe('end');
  });

  it('is answered on the server that it moves, and on the one that it removes', async () => {
    const server = await start(entry(), entry());
    const port = await freePort();
    for (const [target, at] of [
      [String(port), portOf(server)],
      ['away', port],
    ] as const) {
      const client = await connectTcp(at);
      client.socket.write(rawRequest(`POST /probe/move/${target}`));
      const answer = await readAnswer(client);
      expect(JSON.parse(answer.body)).toEqual({ moved: true });
      expect(await client.ended).toBe('end');
    }
  });

  it('of the address at the same port takes the port from the old one', async () => {
    const port = await freePort();
    const server = await start(entry({ port }));
    await edit(server, { address: '0.0.0.0' });
    expect((await fetch(`http://127.0.0.1:${port}/probe/ready`)).status).toBe(200);
  });

  it.each(['another server', 'the same'])(
    'to a port that is taken leaves everything as it was, also at the address of %s',
    async (what) => {
      const taken = await takePort();
      const port = what === 'the same' ? await freePort() : 0;
      const server = await start(entry({ port }));
      const file = await readFile(server.path, 'utf8');
      const client = await connectTcp(portOf(server));
      await get(client);
      const change = server.config.change(({ http = [] }) => {
        if (what === 'the same') Object.assign(http[0] as object, { address: '0.0.0.0' });
        Object.assign(http[0] as object, { name: 'moved' });
        http.push(entry({ port: taken.port }));
      });
      await expect(change).rejects.toThrow(`Cannot listen on 127.0.0.1:${taken.port}: another program`);
      expect((await get(client)).status).toBe(200);
      expect((await fetch(`${server.url()}/probe/ready`)).status).toBe(200);
      expect(await readFile(server.path, 'utf8')).toBe(file);
      taken.server.close();
    },
  );

  it('that is under way when the program ends leaves none open of those that it removes', async () => {
    const server = await start(entry({ name: 'a' }), entry({ name: 'b' }));
    const port = portOf(server);
    let fail: ((error: Error) => void) | undefined;
    const applied = new Promise<void>((resolve) =>
      server.config.register({
        apply: () =>
          new Promise((_, reject) => {
            fail = reject;
            resolve();
          }),
      }),
    );
    const change = server.config.change(({ http = [] }) => void http.shift());
    await applied;
    await server.get(HttpService).close();
    await expect(connectTcp(port)).rejects.toThrow('ECONNREFUSED');
    fail?.(new Error('the last part cannot'));
    await expect(change).rejects.toThrow('the last part cannot');
    await expect(connectTcp(port)).rejects.toThrow('ECONNREFUSED');
  });
});

describe('An http server', () => {
  it('that cannot listen says why, and does as soon as it can', async () => {
    const taken = await takePort();
    const server = await start(entry({ name: 'main', port: taken.port }), entry());
    await server.log.line(
      /ERROR \[http main\] Cannot listen on 127.0.0.1:\d+: another program or server has it/,
    );
    await edit(server, { name: 'renamed' });
    await new Promise((resolve) => taken.server.close(resolve));
    await server.log.line(/INFO \[http renamed\] listening on http:\/\/127/);
    expect((await fetch(`${server.url()}/probe/ready`)).status).toBe(200);
  });

  it('refuses addresses before any work, and says so once', async () => {
    const server = await start(entry({ deny: ['127.0.0.2'] }));
    for (let round = 0; round < 3; round++) {
      const refused = await connectTcp(portOf(server), '127.0.0.1', '127.0.0.2');
      expect((await get(refused)).status).toBe(403);
      await refused.ended;
    }
    expect((await fetch(`${server.url()}/probe/ready`)).status).toBe(200);
    const lines = server.log.lines.filter((line) => /^WARNING .*refused/.test(line));
    expect(lines).toEqual([
      expect.stringMatching(/^WARNING \[http 127.*\] refused 127\.0\.0\.2:\d+: its address is not allowed/),
    ]);
  });

  it('takes 16 KiB of headers and answers 431 for more', async () => {
    const server = await start(entry());
    const client = await connectTcp(portOf(server));
    expect((await get(client, '/probe/ready', { 'X-Filler': 'x'.repeat(16_000) })).status).toBe(200);
    const answer = await get(client, '/probe/ready', { 'X-Filler': 'x'.repeat(20_000) });
    expect([answer.status, JSON.parse(answer.body)]).toEqual([
      431,
      { error: 'The headers are larger than 16 KiB', code: 'HEADERS_TOO_LARGE' },
    ]);
    await client.ended;
  });

  it.each(['GARBAGE\r\n\r\n', 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n', 'GET / HTTP/1.1\r\n\r\n'])(
    'answers what is no request: %j',
    async (text) => {
      const server = await start(entry());
      const client = await connectTcp(portOf(server));
      client.socket.write(text);
      expect(await client.got.upTo('\r\n')).toMatch(/^HTTP\/1.1 400 /);
      await client.ended;
    },
  );

  it.each(['GET /probe/ready', 'POST /probe/nothing'])(
    'answers %s that asks for h2c as if it had not, once on a connection',
    async (line) => {
      const server = await start(entry());
      const client = await connectTcp(portOf(server));
      const h2c = { Upgrade: 'h2c', Connection: 'Upgrade, HTTP2-Settings', 'HTTP2-Settings': 'AAMAAABk' };
      const body = line.startsWith('POST') ? '{"a": 1}' : '';
      const asked = rawRequest(line, { ...h2c, 'Content-Type': 'application/json' }, body);
      client.socket.write(Buffer.concat(Array.from({ length: 1000 }, () => Buffer.from(asked))));
      expect((await readAnswer(client)).status).toBe(line.startsWith('POST') ? 404 : 200);
      await client.ended;
      expect((await get(await connectTcp(portOf(server)))).status).toBe(200);
    },
  );

  it('answers a WebSocket that it does not have in plain HTTP', async () => {
    const server = await start(entry());
    const client = await connectTcp(portOf(server));
    const answer = await get(client, '/ws/nothing', WEBSOCKET);
    expect([answer.status, JSON.parse(answer.body)]).toEqual([
      404,
      { error: 'There is no such endpoint', code: 'NO_SUCH_ENDPOINT' },
    ]);
    expect(await client.ended).toBe('end');
  });

  it('answers HTTP/1.0 and ends', async () => {
    const server = await start(entry());
    const client = await connectTcp(portOf(server));
    client.socket.write('GET /probe/ready HTTP/1.0\r\n\r\n');
    expect((await readAnswer(client)).status).toBe(200);
    expect(await client.ended).toBe('end');
  });

  it('keeps 500 connections; a new one takes the place of the one that is idle for longest', async () => {
    const server = await start(entry());
    const port = portOf(server);
    const first = await connectTcp(port);
    const second = await connectTcp(port);
    const idle = await Promise.all(Array.from({ length: 498 }, () => connectTcp(port)));
    expect((await get(first)).status).toBe(200);
    const late = await connectTcp(port);
    expect((await get(late)).status).toBe(200);
    await second.ended;
    expect((await get(first)).status).toBe(200);
    expect(idle.filter(({ socket }) => socket.destroyed).length).toBe(0);
  });
});

describe('A slow sender', () => {
  let server: TestServer;
  beforeEach(async () => {
    server = await start(entry());
  });

  const half = rawRequest('POST /probe/move/away', { 'Content-Type': 'application/json' }, '{"a":1}').slice(
    0,
    -3,
  );

  it('of a body is cut after 30 s, and its request is not carried out', async () => {
    const client = await connectTcp(portOf(server));
    client.socket.write(half);
    const sent = performance.now();
    await client.ended;
    expect(performance.now() - sent).toBeGreaterThan(29_000);
    expect((await fetch(`${server.url()}/probe/ready`)).status).toBe(200);
  }, 60_000);

  it('of a body makes room where the server has all its connections', async () => {
    const port = portOf(server);
    const slow = await Promise.all(Array.from({ length: 500 }, () => connectTcp(port)));
    for (const { socket } of slow) socket.write(half);
    const late = await connectTcp(port);
    expect((await get(late)).status).toBe(200);
    await Promise.race(slow.map(({ ended }) => ended));
    expect(slow.filter(({ socket }) => socket.destroyed).length).toBe(1);
  });

  it.each([
    ['nothing', '', 408],
    ['half a header', 'GET /probe/ready HTTP/1.1\r\nHos', 408],
  ])(
    'that sends %s is cut after 10 s',
    async (_what, text, status) => {
      const client = await connectTcp(portOf(server));
      client.socket.write(text);
      expect(await client.got.upTo('\r\n')).toBe(`HTTP/1.1 ${status} Request Timeout\r\n`);
      await client.ended;
    },
    30_000,
  );
});
