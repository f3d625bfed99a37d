import { afterEach, describe, expect, it } from '@jest/globals';
import { Controller, Get, Post } from '@nestjs/common';
import { hostname } from 'node:os';
import { Public } from '../../src/auth/decorators.js';
import { closeClients, connectTcp } from '../support/client.js';
import { rawRequest, readAnswer, WEBSOCKET } from '../support/http.js';
import { startServer, stopServers, type TestServer } from '../support/server.js';

@Controller()
class Probe {
  @Public()
  @Get(['probe', 'api/probe'])
  look() {
    return { ok: true };
  }
  @Public()
  @Post('probe')
  change() {
    return { ok: true };
  }
}

afterEach(async () => {
  closeClients();
  await stopServers();
});

const start = (more: object = {}, root: object = {}) =>
  startServer({ http: [{ address: '127.0.0.1', port: 0, ...more }], ...root }, undefined, [Probe]);

/** Over a socket: fetch sets these headers itself. */
async function call(server: TestServer, line: string, headers: Record<string, string>) {
  const client = await connectTcp(Number(new URL(server.url()).port));
  client.socket.write(rawRequest(line, { Host: '127.0.0.1:8080', ...headers }));
  const { status, head, body } = await readAnswer(client);
  client.socket.destroy();
  const sent = new Headers();
  for (const [, name = '', value = ''] of head.matchAll(/^([\w-]+): (.*)\r$/gm)) sent.append(name, value);
  return { status, headers: sent, body: body ? (JSON.parse(body) as { code?: string; error?: string }) : {} };
}

const FOREIGN = 'http://evil.example';

describe('A page', () => {
  it.each([
    ['of this server may change things', {}, { Origin: 'http://127.0.0.1:8080' }, 201],
    ['of nowhere (curl) may', {}, {}, 201],
    ['of another site may not', {}, { Origin: FOREIGN }, 403],
    ['of another port may not', {}, { Origin: 'http://127.0.0.1:8081' }, 403],
    ['behind a proxy that says nothing of its TLS may', {}, { Origin: 'https://127.0.0.1:8080' }, 201],
    [
      'behind such a proxy on the port of https may',
      {},
      { Host: '10.0.0.7', Origin: 'https://10.0.0.7' },
      201,
    ],
    [
      'of the port of https that the browser calls another site may not',
      {},
      { Host: '10.0.0.7', Origin: 'https://10.0.0.7', 'Sec-Fetch-Site': 'cross-site' },
      403,
    ],
    ['of another host with TLS may not', {}, { Origin: 'https://127.0.0.2:8080' }, 403],
    ['in a sandbox may not', {}, { Origin: 'null' }, 403],
    ['of another site that hides where it is may not', {}, { 'Sec-Fetch-Site': 'cross-site' }, 403],
    [
      'that the browser itself calls of the same origin may, whatever a proxy made of the host',
      {},
      { Origin: 'https://serial.example', 'Sec-Fetch-Site': 'same-origin' },
      201,
    ],
    ['of an origin in cors may', { cors: [FOREIGN] }, { Origin: FOREIGN }, 201],
    ['of another than those in cors may not', { cors: [FOREIGN] }, { Origin: `${FOREIGN}:81` }, 403],
    [
      'of the port that the scheme has anyway may',
      {},
      { Host: '10.0.0.7:80', Origin: 'http://10.0.0.7' },
      201,
    ],
    [
      'behind a proxy that is trusted may',
      { trusted_proxies: ['127.0.0.1'] },
      {
        Origin: 'https://10.9.8.7:8443',
        'X-Forwarded-Proto': 'https',
        'X-Forwarded-Host': '10.9.8.7:8443',
      },
      201,
    ],
    [
      'behind a proxy that is not trusted may not',
      {},
      {
        Origin: 'https://10.9.8.7:8443',
        'X-Forwarded-Proto': 'https',
        'X-Forwarded-Host': '10.9.8.7:8443',
      },
      403,
    ],
  ])('%s', async (_what, settings, headers, status) => {
    const server = await start(settings);
    expect((await call(server, 'POST /probe', headers)).status).toBe(status);
    const upgrade = await call(server, 'GET /ws/nothing', { ...headers, ...WEBSOCKET });
    expect(upgrade.status).toBe(status === 403 ? 403 : 404);
  });

  it('of another site is refused with what to do, and a line in the log that says it once', async () => {
    const server = await start();
    for (let round = 0; round < 2; round++) {
      const { body } = await call(server, 'POST /probe', { Origin: FOREIGN });
      expect(body).toMatchObject({
        code: 'ORIGIN_REFUSED',
        error: expect.stringMatching(
          /^A page of http:\/\/evil\.example may not do this: the server was called as http:\/\/127\.0\.0\.1:8080\..*"cors".*"trusted_proxies"/,
        ),
      });
    }
    expect(server.log.lines.filter((line) => /^WARNING .*evil\.example/.test(line)).length).toBe(1);
  });

  it('of another site may look, since no browser shows it what it sees', async () => {
    const server = await start();
    const { status, headers } = await call(server, 'GET /probe', { Origin: FOREIGN });
    expect([status, headers.get('access-control-allow-origin')]).toEqual([200, null]);
  });
});

describe('CORS', () => {
  const preflight = {
    Origin: FOREIGN,
    'Access-Control-Request-Method': 'PUT',
    'Access-Control-Request-Headers': 'authorization',
  };

  it('lets the origins in the list ask and read, without cookies', async () => {
    const server = await start({ cors: [FOREIGN] });
    const asked = await call(server, 'OPTIONS /api/anything', preflight);
    expect([asked.status, Object.fromEntries(asked.headers)]).toEqual([
      204,
      expect.objectContaining({
        'access-control-allow-origin': FOREIGN,
        'access-control-allow-methods': 'GET, POST, PUT, PATCH, DELETE',
        'access-control-allow-headers': expect.stringContaining('Authorization'),
        vary: 'Origin',
      }),
    ]);
    expect(asked.headers.has('access-control-allow-credentials')).toBe(false);
    const { headers } = await call(server, 'GET /probe', { Origin: FOREIGN });
    expect(headers.get('access-control-allow-origin')).toBe(FOREIGN);
  });

  it.each([
    'null',
    'file://',
    'capacitor://localhost',
    'app://dash',
    'app://dash:8080',
    'chrome-extension://abcdefghijklmnop',
    'safari-web-extension://0F3C2A9E-11',
  ])('lets pages of %s in where that is listed', async (Origin) => {
    const server = await start({ cors: [Origin] });
    const asked = await call(server, 'OPTIONS /probe', { ...preflight, Origin });
    expect([asked.status, asked.headers.get('access-control-allow-origin')]).toEqual([204, Origin]);
    const answer = await call(server, 'POST /probe', { Origin, 'Sec-Fetch-Site': 'cross-site' });
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([201, Origin]);
    expect((await call(server, 'GET /ws/nothing', { Origin, ...WEBSOCKET })).status).toBe(404);
    const unlisted = await call(await start(), 'POST /probe', { Origin });
    expect([unlisted.status, unlisted.headers.get('access-control-allow-origin')]).toEqual([403, null]);
  });

  it('lets nobody else', async () => {
    for (const settings of [{}, { cors: ['https://other.example'] }]) {
      const { headers } = await call(await start(settings), 'OPTIONS /probe', preflight);
      expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
  });
});

describe('While no account exists, the host', () => {
  it.each([
    '127.0.0.1',
    '10.0.0.7:8080',
    '[::1]:8080',
    'localhost:8080',
    'serial.localhost',
    'Serial.Example',
    'serial.example.:81',
  ])('%s is taken', async (Host) => {
    const server = await start({ hosts: ['serial.example'] });
    expect((await call(server, 'GET /probe', { Host })).status).toBe(200);
  });

  const [label = ''] = hostname().split('.', 1);
  it.each([hostname(), label, `${label}.local`, `${label.toUpperCase()}:8080`])(
    '%s is the name of this machine, and taken',
    async (Host) => {
      const server = await start();
      expect((await call(server, 'GET /probe', { Host })).status).toBe(200);
      const Origin = `http://${Host.toLowerCase()}`;
      const upgrade = await call(server, 'GET /ws/x', { Host, Origin, ...WEBSOCKET });
      expect(upgrade.status).toBe(404);
    },
  );

  it.each([
    `${label}.example`,
    `${label}.local.evil.example`,
    `evil.${label}.local`,
    'evil.example',
    'evil.example:8080',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    'localhosts',
  ])('%s is refused, as is a WebSocket', async (Host) => {
    const server = await start();
    const { status, body } = await call(server, 'GET /probe', { Host });
    expect([status, body.code]).toEqual([403, 'HOST_UNKNOWN']);
    expect((await call(server, 'GET /ws/x', { Host, Origin: `http://${Host}`, ...WEBSOCKET })).status).toBe(
      403,
    );
  });

  it.each(['', '/serial'])('may be any for an endpoint that asks for a token, below "%s"', async (base) => {
    const endpoint = (more: object) => ({ protocol: 'websocket', ...more });
    const servers = [endpoint({ endpoint: 'own', token: 'secret' }), endpoint({ endpoint: 'open' })];
    const server = await start(
      { base_path: '/serial' },
      { ports: [{ name: 'p', serial: { port: 'loop://' }, servers }] },
    );
    const ask = (path: string) =>
      call(server, `GET ${base}/ws/${path}`, {
        Host: 'any.example',
        Origin: 'http://any.example',
        ...WEBSOCKET,
      });
    expect((await ask('own?token=secret')).status).toBe(101);
    expect((await ask('own')).status).toBe(401);
    for (const path of ['open', 'monitor/p', 'nothing']) expect((await ask(path)).status).toBe(403);
    const foreign = { Host: 'any.example', Origin: FOREIGN, ...WEBSOCKET };
    expect((await call(server, `GET ${base}/ws/own?token=secret`, foreign)).status).toBe(403);
  });

  it.each(['evil!.example', 'a b', 'x@y', 'evil.example/'])('%s is none', async (Host) => {
    const server = await start();
    const { status, body } = await call(server, 'GET /probe', { Host });
    expect([status, body.code]).toEqual([400, 'BAD_HOST']);
  });

  it('may be any as soon as there is one', async () => {
    const server = await start({}, { tokens: [{ token: 'the-token', admin: true }] });
    expect((await call(server, 'GET /probe', { Host: 'evil.example' })).status).toBe(200);
  });
});

describe('Every answer', () => {
  it('has a strict policy for pages, and nothing that a page on plain HTTP goes blank from', async () => {
    const server = await start();
    for (const path of ['/probe', '/nothing']) {
      const { headers } = await call(server, `GET ${path}`, {});
      expect(headers.get('content-security-policy')?.split(';')).toEqual([
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self' ws://127.0.0.1:8080",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "script-src-attr 'none'",
      ]);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.has('strict-transport-security')).toBe(false);
    }
  });

  it('through TLS asks for TLS in future', async () => {
    const server = await start({ trusted_proxies: ['127.0.0.1'] });
    const { headers } = await call(server, 'GET /probe', { 'X-Forwarded-Proto': 'https' });
    expect(headers.get('strict-transport-security')).toBe('max-age=31536000');
    expect(headers.get('content-security-policy')).toMatch(/;upgrade-insecure-requests$/);
    expect(headers.get('content-security-policy')).toContain('wss://127.0.0.1:8080;');
  });

  it('of the API is stored nowhere', async () => {
    const server = await start();
    expect((await call(server, 'GET /api/probe', {})).headers.get('cache-control')).toBe('no-store');
    expect((await call(server, 'GET /api/nothing', {})).headers.get('cache-control')).toBe('no-store');
    const whole = await call(server, 'GET http://localhost/api/probe', {});
    expect([whole.status, whole.headers.get('cache-control')]).toEqual([200, 'no-store']);
  });
});

describe('Below a base_path', () => {
  it.each([
    ['/serial/probe', 200],
    ['/serial/probe?a=b', 200],
    ['/probe', 200],
    ['/serialprobe', 404],
    ['/serial/serial/probe', 404],
  ])('%s is found with and without it: %d', async (path, status) => {
    const server = await start({ base_path: '/serial' });
    expect((await call(server, `GET ${path}`, {})).status).toBe(status);
  });

  it('the path itself leads to its slash', async () => {
    const server = await start({ base_path: '/serial' });
    const { status, headers } = await call(server, 'GET /serial?a=b', {});
    expect([status, headers.get('location')]).toEqual([308, '/serial/?a=b']);
  });
});
