import { afterEach, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { request } from 'node:http';
import { json } from 'node:stream/consumers';
import { hashPassword } from '../../src/auth/password.js';
import { LoginLimits } from '../../src/auth/login-limits.js';
import { api } from '../support/api.js';
import { startServer, stopServers, type TestServer } from '../support/server.js';

afterEach(stopServers);

const PASSWORD = 'correct horse';
const stored = await hashPassword(PASSWORD);
const old = `sha256:5a17:${createHash('sha256').update(`5a17${PASSWORD}`).digest('hex')}`;
const other = `sha256::${'0'.repeat(64)}`;
const server = (more: object = {}): Promise<TestServer> =>
  startServer({
    ports: [],
    http: [{ address: '127.0.0.1', port: 0 }],
    users: [
      { login: 'alice', password: stored, admin: true },
      { login: 'bob', password: stored },
    ],
    ...more,
  });
const login = (running: TestServer, name: string, password: unknown) =>
  api(running).post('/api/login', { login: name, password });

interface Answer {
  status: number;
  retryAfter: number;
  body: { token?: string; error?: string };
}

/** Logs in from another address of this machine. */
function loginFrom(address: string, running: TestServer, name: string, password: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asking = request(`${running.url()}/api/login`, {
      method: 'POST',
      localAddress: address,
      agent: false,
      headers: { 'Content-Type': 'application/json' },
    });
    asking.on('error', reject);
    asking.on('response', (answer) => {
      const retryAfter = Number(answer.headers['retry-after']);
      void json(answer).then(
        (body) => resolve({ status: answer.statusCode ?? 0, retryAfter, body: body as Answer['body'] }),
        reject,
      );
    });
    asking.end(JSON.stringify({ login: name, password }));
  });
}

describe('logging in', () => {
  it('gives a token that is worth something until it is logged out', async () => {
    const running = await server();
    const { status, body } = await login(running, 'alice', PASSWORD);
    expect(status).toBe(200);
    const alice = api(running, body.token);
    expect((await alice.get('/api/users')).status).toBe(200);
    expect(await alice.post('/api/logout')).toMatchObject({ status: 200, body: { ok: true } });
    expect((await alice.get('/api/users')).status).toBe(401);
    expect((await alice.post('/api/logout')).body).toEqual({ ok: true });
    expect((await api(running).post('/api/logout')).body).toEqual({ ok: true });
    await running.log.line(/^INFO \[audit\] login: by=alice as=user from=127\.0\.0\.1:\d+$/);
    await running.log.line(/^INFO \[audit\] logout: by=alice as=user from=127\.0\.0\.1:\d+$/);
    expect(running.log.lines.join('\n')).not.toContain(body.token);
  });

  it('answers the same for a wrong password and for a login that nobody has', async () => {
    const running = await server();
    const [wrong, nobody] = [await login(running, 'alice', 'x'), await login(running, 'PASSWORD', 'x')];
    expect(wrong).toMatchObject({ status: 401, body: { error: 'Login or password is wrong' } });
    expect(nobody.body).toEqual(wrong.body);
    expect(wrong.headers.get('WWW-Authenticate')).toMatch(/^Bearer/);
    await running.log.line(
      /^WARNING \[audit\] login failed: by=nobody as=nobody from=127\.0\.0\.1:\d+ login=alice$/,
    );
    await running.log.line(/login failed: .* login="\(unknown\)"$/);
    expect(running.log.lines.join('\n')).not.toContain('PASSWORD');
  });

  it.each([[1], [null], [['a']], [{ $ne: '' }], ['x'.repeat(1025)]])(
    'refuses %j as a password, and is not held back for it',
    async (password) => {
      const running = await server();
      for (let attempt = 0; attempt < 6; attempt++)
        expect(await login(running, 'alice', password)).toMatchObject({
          status: 400,
          body: { issues: [{ path: 'password' }] },
        });
      expect((await login(running, 'alice', PASSWORD)).status).toBe(200);
    },
  );

  it.each([[1], [null], [['alice']], [{}]])('refuses %j as a login', async (name) => {
    const running = await server();
    const { status, body } = await login(running, name as string, PASSWORD);
    expect({ status, body }).toMatchObject({ status: 400, body: { issues: [{ path: 'login' }] } });
  });

  it.each<[string, object | undefined, string]>([
    ['an empty password', { login: 'alice', password: '' }, 'alice'],
    ['no password', { login: 'alice' }, 'alice'],
    ['an empty login', { login: '', password: PASSWORD }, '"(unknown)"'],
    ['no login', { password: PASSWORD }, '"(unknown)"'],
    ['neither', {}, '"(unknown)"'],
    ['no body', undefined, '"(unknown)"'],
  ])('takes %s for a wrong login, which counts', async (_what, body, shown) => {
    const running = await server();
    const answers = [];
    for (let attempt = 0; attempt < 6; attempt++) answers.push(await api(running).post('/api/login', body));
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401, 429]);
    expect(answers[0]?.body).toMatchObject({ error: 'Login or password is wrong' });
    const told = running.log.lines.filter((line) => /\[audit\] login failed/.test(line));
    expect(told).toEqual(Array.from({ length: 5 }, () => expect.stringContaining(` login=${shown}`)));
  });

  it('does not let in with an empty password, whatever an old file has', async () => {
    const empty = `sha256:5a17:${createHash('sha256').update('5a17').digest('hex')}`;
    const running = await server({ users: [{ login: 'alice', password: empty, admin: true }] });
    expect((await login(running, 'alice', '')).status).toBe(401);
  });

  it('stores an old hash in today’s form, and leaves the sessions', async () => {
    const running = await server({ users: [{ login: 'alice', password: old, admin: true, note: 'kept' }] });
    const [first, second] = [
      await login(running, 'alice', PASSWORD),
      await login(running, 'alice', PASSWORD),
    ];
    expect(running.config.current.document.users).toEqual([
      { login: 'alice', password: expect.stringMatching(/^\$scrypt\$ln=16/), admin: true, note: 'kept' },
    ]);
    for (const { body } of [first, second])
      expect((await api(running, body.token).get('/api/users')).status).toBe(200);
  });

  it('leaves the rights as they are when two log in with an old hash at a time', async () => {
    const running = await server({ users: [{ login: 'alice', password: old, admin: true }] });
    const both = await Promise.all([login(running, 'alice', PASSWORD), login(running, 'alice', PASSWORD)]);
    for (const { body } of both) expect((await api(running, body.token).get('/api/users')).status).toBe(200);
  });

  it('does not work with a password that was changed while it was checked', async () => {
    const running = await server({ tokens: [{ token: 'boss', admin: true }] });
    const [{ status }] = await Promise.all([
      login(running, 'bob', PASSWORD),
      running.config.change(
        (draft) => void Object.assign((draft.users as object[])[1] ?? {}, { password: other }),
      ),
    ]);
    expect(status).toBe(401);
  });
});

describe('whoever guesses passwords', () => {
  it('has to wait, and the owner logs in from elsewhere at once', async () => {
    const running = await server();
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 7; attempt++) {
      const { status, retryAfter } = await loginFrom('127.0.0.1', running, 'alice', 'wrong');
      statuses.push(status);
      if (status === 429) expect(retryAfter).toBeGreaterThan(0);
    }
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429]);
    expect((await loginFrom('127.0.0.1', running, 'alice', PASSWORD)).status).toBe(429);
    expect((await loginFrom('127.0.0.2', running, 'alice', PASSWORD)).status).toBe(200);
    expect((await loginFrom('127.0.0.1', running, 'bob', PASSWORD)).status).toBe(200);
    const told = running.log.lines.filter((line) => /login failed/.test(line));
    expect(told).toHaveLength(5);
    expect(told[4]).toMatch(/login failed, more are refused for a while: /);
  });

  it('cannot have more of them checked by asking for all at once', async () => {
    const running = await server();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => loginFrom('127.0.0.1', running, 'alice', 'wrong')),
    );
    const failed = answers.filter(({ status }) => status === 401);
    expect(failed.length).toBeLessThanOrEqual(6);
    expect(failed.length).toBeGreaterThanOrEqual(5);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(20 - failed.length);
  });
});

describe('the limits', () => {
  /** Whether the next login is refused. */
  const held = (limits: LoginLimits, login: string, ip: string) =>
    limits.check(login, ip).then(
      () => false,
      () => true,
    );
  const fail = async (limits: LoginLimits, times: number, name: (time: number) => string, ip: string) => {
    for (let time = 0; time < times; time++) await limits.failed(name(time), ip);
  };

  it('count all logins of an address together', async () => {
    const limits = new LoginLimits();
    await fail(limits, 20, (time) => `user${time}`, '192.0.2.1');
    expect(await held(limits, 'alice', '192.0.2.1')).toBe(true);
    expect(await held(limits, 'alice', '192.0.2.2')).toBe(false);
  });

  it.each([
    ['2001:db8:1:2::1', '2001:db8:1:2:ffff::9', true],
    ['2001:db8:1:2::1', '2001:db8:1:3::1', false],
    ['2001:db8::1', '2001:db8:0:0:5::', true],
    ['::1', '::2', true],
    ['fe80::1%eth0', 'fe80::2%eth1', true],
    ['fe80::1', '::1', false],
    ['192.0.2.1', '192.0.2.2', false],
  ])('take %s and %s for one: %s', async (one, other, same) => {
    const limits = new LoginLimits();
    await fail(limits, 5, () => 'alice', one);
    expect(await held(limits, 'alice', other)).toBe(same);
  });

  it('forget the failures of a user who logs in, and not those of his address', async () => {
    const limits = new LoginLimits();
    for (let round = 0; round < 4; round++) {
      await fail(limits, 4, () => 'alice', '192.0.2.1');
      expect(await held(limits, 'alice', '192.0.2.1')).toBe(false);
      await limits.succeeded('alice', '192.0.2.1');
    }
    await fail(limits, 4, (time) => `user${time}`, '192.0.2.1');
    expect(await held(limits, 'alice', '192.0.2.1')).toBe(true);
  });
});
