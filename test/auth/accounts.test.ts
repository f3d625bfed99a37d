import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { ConfigDocument } from '../../src/config/config.js';
import { type Api, api } from '../support/api.js';
import { startServer, stopServers, type TestServer } from '../support/server.js';

afterEach(async () => {
  jest.restoreAllMocks();
  await stopServers();
});

const HTTP = [{ address: '127.0.0.1', port: 0 }];
const ADMIN_TOKEN = { token: 'boss', name: 'boss', admin: true };
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
/** As the Python program stores a password. */
const oldHash = (password: string) => `sha256:5a17:${sha256(`5a17${password}`)}`;
const user = (login: string, admin = false) => ({ login, password: oldHash(login), admin });

async function server(more: object = {}): Promise<TestServer> {
  return startServer({ ports: [], http: HTTP, ...more });
}
const boss = (running: TestServer): Api => api(running, 'boss');
const login = async (running: TestServer, name: string, password = name) =>
  (await api(running).post('/api/login', { login: name, password })).body.token as string;
const file = async ({ path }: TestServer) => JSON.parse(await readFile(path, 'utf8')) as ConfigDocument;

describe('while no account exists', () => {
  it('everybody may do everything, with a stale token too, and nobody can log in', async () => {
    const anybody = api(await server());
    expect(await anybody.get('/api/users')).toMatchObject({ status: 200, body: [] });
    expect(await anybody.as('stale').get('/api/tokens')).toMatchObject({ status: 200, body: [] });
    expect((await anybody.post('/api/login', { login: 'a', password: 'b' })).status).toBe(404);
    expect((await anybody.post('/api/login', 'nonsense')).status).toBe(404);
    expect((await anybody.post('/api/logout')).status).toBe(404);
  });

  it('the first user becomes administrator, gets a session, and closes the server', async () => {
    const running = await server();
    const anybody = api(running);
    const made = await anybody.post('/api/users', { login: 'alice', password: 'secret', admin: false });
    expect(made).toMatchObject({ status: 201, body: { ok: true, token: expect.any(String) } });
    expect((await anybody.get('/api/users')).status).toBe(401);
    expect((await anybody.as(made.body.token).get('/api/users')).body).toEqual([
      { login: 'alice', admin: true },
    ]);
    expect((await file(running)).users).toEqual([
      { login: 'alice', password: expect.stringMatching(/^\$scrypt\$ln=16,r=8,p=1\$/), admin: true },
    ]);
    await running.log.line(/user added: by=anybody as=open from=127\.0\.0\.1:\d+ login=alice admin=true$/);
  });

  it('of two first users at a time one is made, and the other needs to log in', async () => {
    const anybody = api(await server());
    const made = await Promise.all(
      ['alice', 'bob'].map((name) => anybody.post('/api/users', { login: name, password: name })),
    );
    expect(made.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 401]);
  });

  it.each([
    ['is no administrator', { name: 'reader' }],
    ['will expire', { name: 'boss', admin: true, expires: '2999-01-01T00:00:00Z' }],
  ])('a first token that %s is refused: it would leave nobody administrator', async (_what, body) => {
    const anybody = api(await server());
    expect(await anybody.post('/api/tokens', body)).toMatchObject({
      status: 400,
      body: { code: 'NOBODY_ADMIN', error: expect.stringMatching(/^Nobody would be administrator/) },
    });
    expect((await anybody.get('/api/tokens')).body).toEqual([]);
  });
});

describe('users', () => {
  it('are listed, added, changed and deleted, and the file says so at once', async () => {
    const running = await server({ tokens: [ADMIN_TOKEN], users: [{ ...user('old'), note: 'kept' }] });
    const admin = boss(running);
    const add = { login: 'a b/c', password: 'x', session_timeout: 60 };
    expect(await admin.post('/api/users', add)).toMatchObject({ status: 201, body: { ok: true } });
    expect((await admin.get('/api/users')).body).toEqual([
      { login: 'old', admin: false },
      { login: 'a b/c', admin: false, session_timeout: 60 },
    ]);
    const path = '/api/users/a%20b%2Fc';
    expect(await admin.put(path, { admin: true, session_timeout: null })).toMatchObject({
      status: 200,
      body: { ok: true },
    });
    expect((await admin.put('/api/users/old', { session_timeout: 0 })).status).toBe(200);
    expect((await admin.get('/api/users')).body).toEqual([
      { login: 'old', admin: false, session_timeout: 0 },
      { login: 'a b/c', admin: true },
    ]);
    expect((await admin.delete(path)).body).toEqual({ ok: true });
    expect((await file(running)).users).toEqual([{ ...user('old'), note: 'kept', session_timeout: 0 }]);
  });

  it('answers in the order 401, 403, 404, 400', async () => {
    const running = await server({ tokens: [ADMIN_TOKEN, { token: 'reader', name: 'reader' }] });
    const status = async (token: string | undefined, path: string) =>
      (await api(running, token).put(path, { admin: 'yes' })).status;
    expect(await status(undefined, '/api/users/nobody')).toBe(401);
    expect(await status('reader', '/api/users/nobody')).toBe(403);
    expect(await status('boss', '/api/users/nobody')).toBe(404);
    expect(await status('boss', '/api/tokens/nothing')).toBe(404);
    expect(await status('boss', '/api/tokens/reader')).toBe(400);
    expect((await api(running).get('/api/users')).headers.get('WWW-Authenticate')).toMatch(/^Bearer/);
  });

  it.each([
    ['no login', { password: 'x' }, 'login'],
    ['no password', { login: 'x' }, 'password'],
    ['a number as login', { login: 1, password: 'x' }, 'login'],
    ['a number as password', { login: 'x', password: 1 }, 'password'],
    ['an empty password', { login: 'x', password: '' }, 'password'],
    ['a list as password', { login: 'x', password: ['x'] }, 'password'],
    ['an object as admin', { login: 'x', password: 'x', admin: {} }, 'admin'],
    ['a text as timeout', { login: 'x', password: 'x', session_timeout: '60' }, 'session_timeout'],
  ])('refuses %s and names its place', async (_what, body, path) => {
    const answer = await boss(await server({ tokens: [ADMIN_TOKEN] })).post('/api/users', body);
    expect(answer).toMatchObject({ status: 400, body: { issues: [{ path }] } });
  });

  it('refuses a login that is taken', async () => {
    const running = await server({ tokens: [ADMIN_TOKEN], users: [user('alice')] });
    const body = { login: 'alice', password: 'x' };
    expect(await boss(running).post('/api/users', body)).toMatchObject({
      status: 400,
      body: { error: 'There is a user "alice" already' },
    });
  });

  it('takes a hash as it is', async () => {
    const running = await server({ tokens: [ADMIN_TOKEN] });
    await boss(running).post('/api/users', { login: 'alice', password: oldHash('secret') });
    expect(await login(running, 'alice', 'secret')).toEqual(expect.any(String));
  });
});

describe('the last administrator', () => {
  it('can be neither deleted nor demoted, counted over users and tokens', async () => {
    const running = await server({ users: [user('alice', true), user('bob')], tokens: [ADMIN_TOKEN] });
    const admin = boss(running);
    expect((await admin.delete('/api/users/alice')).status).toBe(200);
    expect((await admin.delete('/api/tokens/boss')).body.code).toBe('NOBODY_ADMIN');
    expect((await admin.put('/api/tokens/boss', { admin: false })).body.code).toBe('NOBODY_ADMIN');
    expect((await admin.put('/api/tokens/boss', { expires: '2999-01-01T00:00:00Z' })).status).toBe(400);
    expect((await admin.put('/api/users/bob', { admin: true })).status).toBe(200);
    expect((await admin.delete('/api/tokens/boss')).status).toBe(200);
    const bob = api(running, await login(running, 'bob'));
    expect((await bob.put('/api/users/bob', { admin: false })).status).toBe(400);
    expect((await bob.delete('/api/users/bob')).status).toBe(400);
  });
});

describe('tokens', () => {
  it('are made by the server, shown once, and stored as a hash', async () => {
    const running = await server({ tokens: [ADMIN_TOKEN] });
    const admin = boss(running);
    const made = await admin.post('/api/tokens', { name: 'monitoring' });
    expect(made).toMatchObject({
      status: 201,
      body: { ok: true, name: 'monitoring', admin: false, token: expect.stringMatching(/^s2t_[\w-]{43}$/) },
    });
    const { id, token } = made.body as { id: string; token: string };
    expect((await file(running)).tokens?.[1]).toMatchObject({ id, token: `sha256:${sha256(token)}` });
    expect((await admin.as(token).get('/api/tokens')).status).toBe(403);
    const listed = (await admin.get('/api/tokens')).body[1];
    expect(listed).toEqual({
      id,
      token: `${token.slice(0, 8)}…`,
      name: 'monitoring',
      admin: false,
      created: expect.any(String),
      last_used: expect.any(String),
    });
    expect(running.log.lines.join('\n')).not.toContain(token);
  });

  it('are found by id or by themselves, and can be renamed, exchanged and deleted', async () => {
    const running = await server({ tokens: [ADMIN_TOKEN, { token: 'in/clear', name: 'old' }] });
    const admin = boss(running);
    const id = (await admin.get('/api/tokens')).body[1].id as string;
    expect((await admin.put('/api/tokens/in%2Fclear', { name: 'new' })).status).toBe(200);
    expect((await admin.get('/api/tokens')).body[1]).toMatchObject({ id, token: 'in/clear', name: 'new' });
    expect((await admin.put(`/api/tokens/${id}`, { token: 'another-one-of-my-own' })).status).toBe(200);
    expect((await admin.as('in/clear').get('/api/tokens')).status).toBe(401);
    expect((await admin.as('another-one-of-my-own').get('/api/tokens')).status).toBe(403);
    expect((await admin.get('/api/tokens')).body[1]).toMatchObject({ id, token: 'anot…' });
    expect((await admin.delete('/api/tokens/another-one-of-my-own')).status).toBe(200);
    expect((await admin.delete(`/api/tokens/${id}`)).status).toBe(404);
    expect((await admin.as('another-one-of-my-own').get('/api/tokens')).status).toBe(401);
  });

  it.each([
    ['1234567', '…'],
    ['12345678', '1234…'],
    ['s2t_5678', 's2t_…'],
    ['s2t_5678901', 's2t_…'],
    ['s2t_56789012', 's2t_5678…'],
    ['', '…'],
  ])('that are stored as a hash show how they begin where they are long enough: %s', async (token, shown) => {
    const running = await server({ tokens: [ADMIN_TOKEN] });
    const admin = boss(running);
    if (token) await admin.post('/api/tokens', { token, name: 'mine' });
    else
      await running.config.change(({ tokens = [] }) => void tokens.push({ token: `sha256:${sha256('x')}` }));
    expect((await admin.get('/api/tokens')).body[1].token).toBe(shown);
  });

  it('cannot be given twice, whichever way they are stored', async () => {
    const admin = boss(await server({ tokens: [ADMIN_TOKEN] }));
    await admin.post('/api/tokens', { token: 'mine', name: 'a' });
    for (const token of ['mine', 'boss'])
      expect((await admin.post('/api/tokens', { token, name: 'b' })).body.code).toBe('ACCOUNT_EXISTS');
    expect((await admin.put('/api/tokens/mine', { token: 'boss' })).body.code).toBe('ACCOUNT_EXISTS');
    expect((await admin.put('/api/tokens/mine', { token: 'mine', name: 'c' })).status).toBe(200);
  });

  it('expire', async () => {
    const running = await server({ tokens: [ADMIN_TOKEN] });
    const admin = boss(running);
    const clock = jest.spyOn(Date, 'now').mockReturnValue(Date.now());
    const expires = new Date(Date.now() + 5000).toISOString();
    const made = await admin.post('/api/tokens', { token: 'short', name: 'short', admin: true, expires });
    expect(made).toMatchObject({ status: 201, body: { expires } });
    expect((await admin.as('short').get('/api/tokens')).status).toBe(200);
    clock.mockReturnValue(Date.parse(expires));
    expect((await admin.as('short').get('/api/tokens')).status).toBe(401);
    const past = await admin.post('/api/tokens', { name: 'past', expires: '2020-01-01T00:00:00Z' });
    expect(past).toMatchObject({ status: 400, body: { issues: [{ path: 'expires' }] } });
  });
});
