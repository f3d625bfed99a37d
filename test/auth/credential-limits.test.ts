import { afterEach, describe, expect, it } from '@jest/globals';
import { restOf } from '../support/rest.js';
import { startServer, stopServers } from '../support/server.js';
import { closeWsClients, connectWs } from '../support/websocket.js';

const PASSWORD = 'sha256:salt:bede90386d450cea8b77b822f8887065e4e5abf132c2f9dccfcc7fbd4cba5e35';
const LIMIT = 20;

const start = (more: object = {}) =>
  startServer({
    ports: [
      {
        serial: { port: 'loop://' },
        servers: [{ protocol: 'websocket', endpoint: 'own', token: 'own-token' }],
      },
    ],
    http: [{ address: '127.0.0.1', port: 0, trusted_proxies: ['127.0.0.1'] }],
    users: [{ login: 'alice', password: PASSWORD, admin: true }],
    tokens: [
      { token: 'busy', name: 'at work' },
      { token: 'idle', name: 'not used yet' },
    ],
    ...more,
  });

/** Somebody at an address, with what the server at `url` answers him. */
const at = (url: string, ip: string) => {
  const from = { 'X-Forwarded-For': ip };
  const rest = restOf(url, from);
  const shows = (token: string, path = '/api/signals') =>
    rest.get(path, { Authorization: `Bearer ${token}` }).then(({ status }) => status);
  const all = async (tokens: readonly string[]) => {
    const statuses = [];
    for (const token of tokens) statuses.push(await shows(token));
    return statuses;
  };
  const ws = (token: string) => connectWs(`${url}/ws/own?token=${token}`, [], { headers: from });
  return { rest, shows, all, ws };
};
const guesses = (count: number, name = 'guess') => Array.from({ length: count }, (_, n) => `${name}${n}`);
const each = (count: number, status: number) => Array.from({ length: count }, () => status);

afterEach(async () => {
  closeWsClients();
  await stopServers();
});

describe('whoever guesses tokens', () => {
  it('has to wait after as many as failed logins, and learns nothing meanwhile, also not at an endpoint', async () => {
    const server = await start();
    const guesser = at(server.url(), '203.0.113.7');
    expect(await guesser.all(guesses(LIMIT))).toEqual(each(LIMIT, 401));
    const held = await guesser.rest.get('/api/signals?token=another');
    expect(held).toMatchObject({ status: 429, body: { code: 'TOO_MANY_WRONG_TOKENS' } });
    expect(Number(held.headers.get('retry-after'))).toBeGreaterThan(50);
    expect(await guesser.shows('idle')).toBe(429);
    await expect(guesser.ws('own-token')).rejects.toThrow('429');
    expect(server.log.lines.filter((line) => line.includes('[audit] many wrong'))).toEqual([
      expect.stringMatching(/^WARNING .*from=203\.0\.113\.7/),
    ]);
    expect(server.log.lines.join('\n')).not.toMatch(/guess\d|another/);
  });

  it('at an endpoint counts as one at the API', async () => {
    const server = await start();
    const guesser = at(server.url(), '203.0.113.7');
    for (const token of guesses(LIMIT)) await expect(guesser.ws(token)).rejects.toThrow('401');
    expect(await guesser.shows('another')).toBe(429);
  });

  it('is counted for each that he shows at an endpoint, also beside one that is right', async () => {
    const server = await start();
    const [three, beside] = [at(server.url(), '203.0.113.7'), at(server.url(), '203.0.113.8')];
    for (let count = 0; count < LIMIT - 2; count += 3)
      await expect(three.ws(`a${count}&token=b${count}&token=c${count}`)).rejects.toThrow('401');
    expect(await three.shows('d')).toBe(401);
    await expect(three.ws('e&token=f')).rejects.toThrow('429');
    for (const token of guesses(LIMIT)) expect(await beside.ws(`${token}&token=own-token`)).toBeDefined();
    // Held back by now, but not with what was in use there; beside it a right guess looks like a wrong one.
    for (const token of ['another', 'idle']) {
      expect(await beside.ws(`${token}&token=own-token`)).toBeDefined();
      expect(await beside.shows(token)).toBe(429);
    }
  });

  it('locks out nobody elsewhere, and at his address neither who was at work there nor who logs in', async () => {
    const server = await start();
    const [guesser, other] = [at(server.url(), '203.0.113.7'), at(server.url(), '203.0.113.8')];
    expect(await guesser.shows('busy')).toBe(200);
    await guesser.all(guesses(LIMIT + 1));
    expect(await guesser.shows('busy')).toBe(200);
    expect(await other.shows('idle')).toBe(200);
    const login = await guesser.rest.post('/api/login', { login: 'alice', password: 'secret' });
    expect(login.status).toBe(200);
    expect(await guesser.shows((login.body as { token: string }).token)).toBe(200);
  });

  it('is not a program that shows the same old token again and again, nor sessions that are over', async () => {
    const server = await start();
    const program = at(server.url(), '203.0.113.7');
    expect(await program.all(each(2 * LIMIT, 1).map(() => 'old'))).toEqual(each(2 * LIMIT, 401));
    const sessions = guesses(2 * LIMIT, 'over').map((name) => name.padEnd(43, 'x'));
    expect(await program.all(sessions)).toEqual(each(2 * LIMIT, 401));
    expect(await program.shows('idle')).toBe(200);
  });

  it('is not held back while there are no accounts', async () => {
    const server = await start({ users: [], tokens: [] });
    const anybody = at(server.url(), '203.0.113.7');
    for (const token of guesses(LIMIT)) await expect(anybody.ws(token)).rejects.toThrow('401');
    expect(await anybody.shows('anything')).toBe(200);
    await expect(anybody.ws('own-token')).rejects.toThrow('429');
  });
});
