import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { openapi } from '../support/openapi.js';
import { startServer, stopServers, type TestServer } from '../support/server.js';

const entry = (more: object = {}) => ({ address: '127.0.0.1', port: 0, ...more });
const tokens = [
  { token: 'the-admin', name: 'boss', admin: true },
  { token: 'the-user', name: 'worker' },
];

let server: TestServer;
beforeEach(async () => {
  server = await startServer({
    ports: [],
    http: [entry({ name: 'main', colour: 'red' }), entry({ name: 'second' })],
    tokens,
    session_timeout: 600,
  });
});
afterEach(stopServers);

async function call(method: string, path = '', body?: object, more: Record<string, string> = {}) {
  const response = await fetch(`${server.url(1)}/api/settings${path}`, {
    method,
    headers: { Authorization: 'Bearer the-admin', 'Content-Type': 'application/json', ...more },
    ...(body && { body: JSON.stringify(body) }),
  });
  const answer = (await response.json()) as Record<string, unknown>;
  return { status: response.status, answer, etag: response.headers.get('etag') ?? '' };
}
const written = async () =>
  JSON.parse(await readFile(server.path, 'utf8')) as { http: object[]; session_timeout?: number };
const port = (index: number) => new URL(server.url(index)).host;

describe('The settings', () => {
  it('are the keys of the file, with the place where each server listens', async () => {
    const { status, answer } = await call('GET');
    expect([status, answer]).toEqual([
      200,
      {
        http: [
          { ...entry({ name: 'main', colour: 'red' }), listening: port(0) },
          { ...entry({ name: 'second' }), listening: port(1) },
        ],
        session_timeout: 600,
      },
    ]);
  });

  it('may be seen by users, and changed by administrators', async () => {
    const user = { Authorization: 'Bearer the-user' };
    expect((await call('GET', '', undefined, user)).status).toBe(200);
    expect((await call('GET', '', undefined, { Authorization: '' })).status).toBe(401);
    for (const [method, path] of [
      ['PUT', ''],
      ['POST', '/http'],
      ['PUT', '/http/0'],
      ['DELETE', '/http/0'],
    ] as const) {
      expect((await call(method, path, method === 'DELETE' ? undefined : {}, user)).status).toBe(403);
    }
  });

  it('take a timeout of sessions, and null for none', async () => {
    expect((await call('PUT', '', { session_timeout: 60 })).status).toBe(200);
    expect((await written()).session_timeout).toBe(60);
    expect((await call('PUT', '', {})).status).toBe(200);
    expect((await written()).session_timeout).toBe(60);
    expect((await call('PUT', '', { session_timeout: null })).status).toBe(200);
    expect(await written()).not.toHaveProperty('session_timeout');
    expect((await call('GET')).answer['session_timeout']).toBe(null);
    const { status, answer } = await call('PUT', '', { session_timeout: 'long' });
    expect([status, answer['issues']]).toEqual([
      400,
      [{ path: 'session_timeout', message: 'must be a number of seconds; 0 switches it off' }],
    ]);
  });

  it('show why a server does not listen', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const at = (taken.address() as AddressInfo).port;
    await stopServers();
    server = await startServer({ http: [entry({ port: at }), entry(), { port: 'x' }], tokens });
    const { http } = (await call('GET')).answer as { http: object[] };
    expect(http).toEqual([
      { ...entry({ port: at }), error: `Cannot listen on 127.0.0.1:${at}: another program or server has it` },
      expect.objectContaining({ listening: port(1) }),
      {
        port: 'x',
        error: 'http[2].port: must be a TCP port, 0 to 65535',
        issues: [{ path: 'port', message: 'must be a TCP port, 0 to 65535' }],
      },
    ]);
    taken.close();
  });
});

describe('An http server', () => {
  it('is added, serves at once, and is in the file', async () => {
    const { status, answer } = await call(
      'POST',
      '/http',
      entry({ name: 'third', listening: 'x', error: 'y' }),
    );
    expect([status, answer]).toEqual([200, { ok: true, index: 2 }]);
    expect((await fetch(`${server.url(2)}/api/settings`)).status).toBe(401);
    expect((await written()).http[2]).toEqual(entry({ name: 'third' }));
    await server.log.line(
      /INFO \[audit\] http server added: by=boss as=token from=127\S+ http=third index=2/,
    );
  });

  it.each([
    [{ port: 'x' }, 'port', 'must be a TCP port, 0 to 65535'],
    [{ port: 80, allow: ['nobody'] }, 'allow', /^must be a list of IP addresses/],
    [{ port: 80, cors: ['*'] }, 'cors', /^must be a list of origins/],
    [{ port: 80, cors: ['https://a.example/'] }, 'cors', /^must be a list of origins/],
    [{ port: 80, cors: ['null '] }, 'cors', /^must be a list of origins/],
    [{ port: 80, cors: ['file:///home'] }, 'cors', /^must be a list of origins/],
    [{ port: 80, cors: ['app://'] }, 'cors', /^must be a list of origins/],
    [{ port: 80, cors: ['app://dash/page'] }, 'cors', /^must be a list of origins/],
    [{ port: 80, cors: ['HTTPS://a.example'] }, 'cors', /^must be a list of origins/],
    [{ port: 80, base_path: '/a/' }, 'base_path', /^must be a path/],
    [{ port: 80, base_path: '/api/x' }, 'base_path', /^must be a path/],
    [{ port: 80, hosts: ['a b'] }, 'hosts', /^must be a list of host names/],
    [{ port: 80, trusted_proxies: ['proxy.example'] }, 'trusted_proxies', /^must be a list of IP/],
  ])('with a mistake is refused with its place: %j', async (body, path, message) => {
    const before = await written();
    const { status, answer } = await call('POST', '/http', body);
    expect(status).toBe(400);
    expect(answer['issues']).toEqual([
      { path, message: typeof message === 'string' ? message : expect.stringMatching(message) },
    ]);
    expect(await written()).toEqual(before);
  });

  it('keeps the keys that a change does not name, and loses those that it sets to null', async () => {
    expect((await call('PUT', '/http/0', { deny: ['10.0.0.1'], listening: 'x' })).status).toBe(200);
    expect((await written()).http[0]).toEqual(entry({ name: 'main', colour: 'red', deny: ['10.0.0.1'] }));
    expect((await call('PUT', '/http/0', { name: null, colour: null })).status).toBe(200);
    expect((await written()).http[0]).toEqual(entry({ deny: ['10.0.0.1'] }));
    await server.log.line(/INFO \[audit\] http server changed: by=boss .* http=main index=0 changed=deny/);
  });

  it('goes, but not the last one', async () => {
    expect((await call('DELETE', '/http/0')).status).toBe(200);
    server.url(0);
    const last = await fetch(`${server.url(0)}/api/settings/http/0`, {
      method: 'DELETE',
      headers: { Authorization: 'Bearer the-admin' },
    });
    expect([last.status, await last.json()]).toEqual([
      400,
      expect.objectContaining({ code: 'LAST_HTTP_SERVER' }),
    ]);
    expect((await written()).http).toEqual([entry({ name: 'second' })]);
  });

  it.each(['has a mistake', 'finds its port taken'])(
    'stays while the only other one %s, which may go',
    async (why) => {
      await stopServers();
      const taken = createServer();
      await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
      const { port } = taken.address() as AddressInfo;
      const useless = why === 'has a mistake' ? { port: 99999 } : entry({ port });
      server = await startServer({ http: [useless, entry()], tokens });
      const before = await written();
      expect(await call('DELETE', '/http/1')).toMatchObject({
        status: 400,
        answer: { code: 'LAST_HTTP_SERVER', error: expect.stringContaining('that listens stays') },
      });
      expect(await written()).toEqual(before);
      await server.config.change((draft) => void (draft.http = draft.http?.toReversed() ?? []));
      const gone = await fetch(`${server.url(0)}/api/settings/http/1`, {
        method: 'DELETE',
        headers: { Authorization: 'Bearer the-admin' },
      });
      expect(gone.status).toBe(200);
      expect((await written()).http).toEqual([entry()]);
      taken.close();
    },
  );

  it.each(['2', '-1', 'main', '0x0', '99999999999'])(
    '%s is not there, whatever the body says',
    async (index) => {
      const text = { method: 'PUT', headers: { Authorization: 'Bearer the-admin' }, body: '{' };
      const response = await fetch(`${server.url(1)}/api/settings/http/${index}`, text);
      expect(response.status).toBe(404);
      expect((await call('DELETE', `/http/${index}`)).status).toBe(404);
    },
  );

  it.each([
    ['POST', '/http'],
    ['PUT', '/http/0'],
  ])('is not changed by %s %s without a body', async (method, path) => {
    const { status, answer } = await call(method, path);
    expect([status, answer['error']]).toEqual([400, 'The body must be an object in braces']);
  });
});

describe('Somebody who is no administrator', () => {
  it('is told where the http servers are, and nothing that may be secret', async () => {
    const hidden = { allow: ['127.0.0.0/8'], password: 'not-for-all' };
    expect((await call('PUT', '/http/0', hidden)).status).toBe(200);
    const { answer } = await call('GET', '', undefined, { Authorization: 'Bearer the-user' });
    const [first] = answer['http'] as Record<string, unknown>[];
    expect(Object.keys(first ?? {}).sort()).toEqual(['address', 'listening', 'name', 'port']);
  });

  it('does not see the certificate files, as the document says', async () => {
    await stopServers();
    const ssl = { certfile: '/no/such.pem', keyfile: '/no/such.key' };
    const broken = { ...ssl, keyfile: 7 };
    server = await startServer({ http: [entry(), entry(), entry({ ssl }), entry({ ssl: broken })], tokens });
    const httpOf = async (headers?: Record<string, string>) =>
      (await call('GET', '', undefined, headers)).answer['http'] as object[];
    expect((await httpOf())[2]).toMatchObject({ ssl, error: expect.stringContaining('/no/such') });
    const seen = await httpOf({ Authorization: 'Bearer the-user' });
    expect(seen[2]).not.toHaveProperty('ssl');
    expect(seen[2]).toMatchObject({ error: 'It does not listen; administrators see why' });
    expect(JSON.stringify(seen)).not.toMatch(/such|keyfile/);
    expect((await httpOf())[3]).toMatchObject({ issues: [{ path: 'ssl.keyfile' }] });
    const { properties } = openapi.components.schemas['HttpView'] as { properties: Record<string, object> };
    expect(properties['ssl']).toHaveProperty(
      'description',
      expect.stringMatching(/Only administrators see it\.$/),
    );
  });
});

describe('An edit that changes nothing', () => {
  it.each([
    ['settings', {}],
    ['settings', { session_timeout: 600 }],
    ['settings/http/0', {}],
    ['settings/http/0', { name: 'main' }],
    ['ports/a', { name: 'a', serial: { port: 'loop://' } }],
    ['tokens/the-user', {}],
    ['tokens/the-user', { token: 'the-user', name: 'worker' }],
    ['users/alice', {}],
    ['users/alice', { admin: false }],
  ])('of %s to %j writes no file and no line of the audit', async (path, body) => {
    const ports = [{ name: 'a', serial: { port: 'loop://' } }];
    const users = [{ login: 'alice', password: `sha256:s:${'0'.repeat(64)}`, admin: false }];
    const own = await startServer({
      ports,
      http: [entry({ name: 'main' })],
      tokens,
      users,
      session_timeout: 600,
    });
    const text = await readFile(own.path, 'utf8');
    const response = await fetch(`${own.url()}/api/${path}`, {
      method: 'PUT',
      headers: { Authorization: 'Bearer the-admin', 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect([response.status, await response.json()]).toEqual([200, { ok: true }]);
    expect(await readFile(own.path, 'utf8')).toBe(text);
    expect(own.log.lines.filter((line) => line.includes('[audit]'))).toEqual([]);
  });
});

describe('Two administrators', () => {
  it('cannot overwrite each other unknowingly when they send If-Match', async () => {
    const { etag } = await call('GET');
    const mine = await call('PUT', '/http/0', { name: 'mine' }, { 'If-Match': etag });
    expect(mine.status).toBe(200);
    const theirs = await call('PUT', '/http/0', { name: 'theirs' }, { 'If-Match': etag });
    expect([theirs.status, theirs.answer['code']]).toEqual([412, 'PRECONDITION_FAILED']);
    expect((await call('GET')).etag).toBe(mine.etag);
    const again = await call('PUT', '/http/0', { name: 'again' }, { 'If-Match': mine.etag });
    expect(again.status).toBe(200);
  });

  it('get all of the settings whatever they have, for an entry also tells what its server does', async () => {
    const { etag } = await call('GET');
    const again = await call('GET', '', undefined, { 'If-None-Match': etag });
    expect([again.status, again.etag]).toEqual([200, etag]);
  });

  it('both come through at the same time without it', async () => {
    const changes = Array.from({ length: 10 }, (_, n) => call('PUT', '/http/0', { [`key${n}`]: n }));
    expect((await Promise.all(changes)).map(({ status }) => status)).toEqual(Array(10).fill(200));
    expect(
      Object.keys((await written()).http[0] as object).filter((key) => key.startsWith('key')).length,
    ).toBe(10);
  });
});
