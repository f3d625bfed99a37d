import { afterEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { closeClients, connectTcp } from '../support/client.js';
import { readAnswer } from '../support/http.js';
import { lag } from '../support/lag.js';
import { restOf } from '../support/rest.js';
import { startServer, stopServers, type TestServer } from '../support/server.js';
import { settled } from '../support/settled.js';
import { clientFrame, closeWsClients, connectWs, upgradeRequest } from '../support/websocket.js';

/** SHA-256 of `salt` and `secret`, as the Python program stored passwords. */
const PASSWORD = 'sha256:salt:bede90386d450cea8b77b822f8887065e4e5abf132c2f9dccfcc7fbd4cba5e35';
const accounts = {
  users: [{ login: 'alice', password: PASSWORD, admin: true }],
  tokens: [{ token: 'api-token', name: 'program', admin: false }],
};
const endpoint = (more: object = {}) => ({ protocol: 'websocket', endpoint: 'device', ...more });
const config = (more: object = {}, servers: object[] = [endpoint()]) => ({
  ports: [{ name: 'p', serial: { port: 'loop://' }, servers }],
  http: [{ address: '127.0.0.1', port: 0 }],
  ...more,
});

afterEach(async () => {
  closeClients();
  closeWsClients();
  await stopServers();
});

/** What a request is answered with. */
async function answer(server: TestServer, request: string) {
  const client = await connectTcp(Number(new URL(server.url()).port));
  client.socket.write(request);
  const { status, head, body } = await readAnswer(client);
  client.socket.destroy();
  return { status, head, body };
}

describe('the upgrade gate', () => {
  it.each<[string, number, object, string, Record<string, string>]>([
    ['a name that is not there', 404, {}, '/ws/other', {}],
    ['no name', 404, {}, '/ws/', {}],
    ['a name with a broken escape', 404, {}, '/ws/%zz', {}],
    ['the page of another site', 403, {}, '/ws/device', { Origin: 'http://evil.example' }],
    ['no credentials where there are accounts', 401, accounts, '/ws/device', {}],
    ['a wrong token', 401, accounts, '/ws/device?token=wrong', {}],
    ['a wrong token in the header', 401, accounts, '/ws/device', { Authorization: 'Bearer wrong' }],
    ['no credentials, for a name that is not there', 401, accounts, '/ws/other', {}],
    ['a good token, for a name that is not there', 404, accounts, '/ws/other?token=api-token', {}],
    ['the monitor without credentials', 401, accounts, '/ws/monitor/p', {}],
    ['three wrong tokens', 401, accounts, '/ws/device?token=a&token=b', { Authorization: 'Bearer c' }],
    ['more than three tokens', 400, accounts, '/ws/device?token=a&token=b&token=c&token=api-token', {}],
    ['another version', 426, {}, '/ws/device', { 'Sec-WebSocket-Version': '8' }],
    ['no key', 400, {}, '/ws/device', { 'Sec-WebSocket-Key': '' }],
    ['a subprotocol that is no name', 400, {}, '/ws/device', { 'Sec-WebSocket-Protocol': 'a, b c' }],
  ])('answers %s with %i', async (_what, status, more, path, headers) => {
    const server = await startServer(config(more));
    const got = await answer(server, upgradeRequest(path, headers));
    expect(got).toMatchObject({ status, head: expect.stringContaining('Connection: close') });
    expect(JSON.parse(got.body)).toMatchObject({ error: expect.stringMatching(/^[A-Z].{9,}/) });
    if (status === 401) expect(got.head).toContain('WWW-Authenticate: Bearer realm="ser2tcp"');
    if (status === 426) expect(got.head).toContain('Sec-WebSocket-Version: 13');
    expect(server.port().state).toBe('closed');
  });

  it('answers an address that the endpoint does not allow with 403, and logs it', async () => {
    const server = await startServer(config({}, [endpoint({ deny: ['127.0.0.0/8'] })]));
    expect((await answer(server, upgradeRequest('/ws/device'))).status).toBe(403);
    expect(await server.log.line(/refused/)).toContain('[p websocket] refused 127.0.0.1:');
    expect(server.server().counts).toMatchObject({ refused: 1, refusals: { address: 1 } });
  });

  it('answers other methods with 405, and a plain request as it would an upgrade, with 426 in the end', async () => {
    const server = await startServer(config(accounts));
    const rest = restOf(server.url());
    expect(await rest.get('/ws/device')).toMatchObject({ status: 401 });
    expect(await rest.get('/ws/other?token=api-token')).toMatchObject({ status: 404 });
    const plain = await rest.get('/ws/device?token=api-token');
    expect([plain.status, plain.headers.get('upgrade')]).toEqual([426, 'websocket']);
    const post = upgradeRequest('/ws/device').replace('GET', 'POST');
    expect((await answer(server, post)).head).toMatch(/^HTTP\/1\.1 405 [^]*Allow: GET/);
  });

  it('finds names with every character that they may have', async () => {
    const names = [
      'lab/3',
      'größe',
      '50%',
      'a+b',
      'monitor',
      'monitors/x',
      "it's",
      'my device',
      'which?',
      '#1 of 2',
    ];
    const server = await startServer(
      config(
        {},
        names.map((name) => endpoint({ endpoint: name })),
      ),
    );
    for (const name of names) {
      const paths = [encodeURIComponent(name), name.split('/').map(encodeURIComponent).join('/')];
      for (const path of new Set(paths))
        expect(await (await connectWs(`${server.url()}/ws/${path}`)).echo('x')).toBe('x');
    }
  });
});

describe('a credential', () => {
  it.each<[string, string, string[], Record<string, string>]>([
    ['in the query', '?token=api-token', [], {}],
    ['in the query, escaped', '?x=1&token=api%2Dtoken', [], {}],
    ['in the header', '', [], { Authorization: 'Bearer api-token' }],
    ['in a subprotocol', '', ['bearer.api-token'], {}],
    ['in a subprotocol beside another', '', ['bearer.api-token', 'ser2tcp'], {}],
    ['twice, but the same', '?token=api-token', [], { Authorization: 'bearer api-token' }],
    ['in the header beside a wrong one', '?token=wrong', [], { Authorization: 'Bearer api-token' }],
    ['behind two wrong ones', '?token=wrong', ['bearer.api-token'], { Authorization: 'Bearer old' }],
  ])('%s lets in, and stands in no log', async (_where, query, protocols, headers) => {
    const server = await startServer(config(accounts));
    const client = await connectWs(`${server.url()}/ws/device${query}`, protocols, { headers });
    expect(await client.echo('x')).toBe('x');
    expect(await server.log.line(/ connected /)).toContain('(program)');
    expect(server.log.lines.join('\n')).not.toContain('api-token');
    expect(client.ws.protocol).toBe(protocols.at(-1) ?? '');
  });

  it('of a wrong token stands in no log either', async () => {
    const server = await startServer(config(accounts));
    await answer(server, upgradeRequest('/ws/device?token=hunter2'));
    await answer(server, upgradeRequest('/ws/nowhere?token=hunter2'));
    await server.log.some(2, /refused/);
    expect(server.log.lines.join('\n')).not.toContain('hunter2');
  });

  it('of the endpoint itself lets in there and nowhere else, with accounts and without', async () => {
    const servers = [endpoint({ token: 'its own' }), endpoint({ endpoint: 'other', token: 'another' })];
    for (const more of [{}, accounts]) {
      const server = await startServer(config(more, servers));
      const own = await connectWs(`${server.url()}/ws/device?token=its%20own`);
      expect(await own.echo('x')).toBe('x');
      for (const path of ['device', 'device?token=', 'device?token=another', 'other?token=its%20own'])
        await expect(connectWs(`${server.url()}/ws/${path}`)).rejects.toThrow(/^401 /);
      await server.stop();
    }
    const server = await startServer(config(accounts, servers));
    expect(await (await connectWs(`${server.url()}/ws/device?token=api-token`)).echo('x')).toBe('x');
    await expect(connectWs(`${server.url()}/ws/monitor/p?token=its%20own`)).rejects.toThrow(/^401 /);
  });

  it('of the endpoint itself lets in beside one that does not, wherever each of them stands', async () => {
    const server = await startServer(config(accounts, [endpoint({ token: 'its-own' })]));
    for (const [query, header] of [
      ['its-own', 'ended-session'],
      ['ended-session', 'its-own'],
      ['its-own', 'api-token'],
    ]) {
      const headers = { Authorization: `Bearer ${header}` };
      const client = await connectWs(`${server.url()}/ws/device?token=${query}`, [], { headers });
      expect(await client.echo('x')).toBe('x');
    }
  });

  it.each<[string, object, string | undefined, string | undefined]>([
    ['replaced', accounts, 'its own', 'another'],
    ['removed', accounts, 'its own', undefined],
    ['replaced without accounts', {}, 'its own', 'another'],
    ['added where everybody could come in', {}, undefined, 'its own'],
  ])(
    'of the endpoint is %s: with 4401 go those that need it, and nobody else',
    async (_what, more, before, after) => {
      const servers = [endpoint({ ...(before && { token: before }) }), endpoint({ endpoint: 'other' })];
      const server = await startServer(config(more, servers));
      const open = (path: string, token?: string) =>
        connectWs(
          `${server.url()}/ws/${path}${token === undefined ? '' : `?token=${encodeURIComponent(token)}`}`,
        );
      const guests = [await open('device', before), await open('device', before)];
      const others =
        'tokens' in more
          ? [await open('device', 'api-token'), await open('other', 'api-token')]
          : [await open('other')];
      const gone = lag(settled(server.config), Promise.all(guests.map(({ closed }) => closed)));
      await server.config.change((draft) => {
        const { servers } = (draft as unknown as { ports: { servers: object[] }[] }).ports[0]!;
        servers[0] = endpoint({ ...(after && { token: after }) });
      });
      expect(await gone).toBeLessThan(1000);
      for (const guest of guests) expect((await guest.closed).code).toBe(4401);
      for (const other of others) {
        other.ws.ping();
        await once(other.ws, 'pong');
      }
      await expect(open('device', before)).rejects.toThrow(/^401 /);
      if (after !== undefined) expect(await (await open('device', after)).echo('x')).toBe('x');
    },
  );

  it.each(['device', 'monitor/p', 'nowhere'])(
    'that is missing is a line in the log, not one for each request: %s',
    async (name) => {
      const server = await startServer(config(accounts));
      for (let count = 0; count < 20; count++)
        expect((await answer(server, upgradeRequest(`/ws/${name}`))).status).toBe(401);
      expect(server.log.lines.filter((line) => /WARNING.* refused 127/.test(line))).toHaveLength(1);
    },
  );

  it('whose session or token ends closes what it opened with 4401 within a second, and nothing else', async () => {
    // It is not given up before.
    const server = await startServer(config(accounts, [endpoint({ send_timeout: 60 })]));
    const rest = restOf(server.url());
    const login = async () => {
      const { body } = await rest.post('/api/login', { login: 'alice', password: 'secret' });
      return (body as { token: string }).token;
    };
    const [one, two] = [await login(), await login()];
    const open = (token: string, path = 'device') =>
      connectWs(`${server.url()}/ws/${path}`, ['ser2tcp', `bearer.${token}`]);
    const ending = [await open(one), await open(one, 'monitor/p')];
    const others = [await open(two), await open('api-token')];
    await server.log.some(3, /\[p websocket c\d+\] connected /);
    // Its backlog must not keep it open: a client that takes nothing ends as soon. Only the end is timed, not what it takes to get there.
    ending[0]!.ws.pause();
    for (let count = 0; count < 16; count++) others[0]!.ws.send(Buffer.alloc(512 * 1024));
    await others[0]!.take(16 * 512 * 1024);
    const begun = performance.now();
    const gone = server.log.line(/disconnected .*alice/);
    await restOf(server.url(), { Authorization: `Bearer ${one}` }).post('/api/logout', {});
    expect((await ending[1]!.closed).code).toBe(4401);
    await gone;
    expect(performance.now() - begun).toBeLessThan(1000);
    await server.config.change((draft) => void (draft.tokens = []));
    expect(await others[1]!.closed).toMatchObject({ code: 4401 });
    expect(others[0]!.ws.readyState).toBe(others[0]!.ws.OPEN);
    expect(await open(two)).toBeDefined();
    await expect(open(one)).rejects.toThrow(/^401 /);
  });
});

describe('a connection that comes to no good', () => {
  it('is cut when its headers are a flood, when it resets while it is refused, and when it sends on', async () => {
    const server = await startServer(config(accounts));
    const port = Number(new URL(server.url()).port);
    const flood = await connectTcp(port);
    flood.socket.write(upgradeRequest('/ws/device', { 'X-Long': 'x'.repeat(64 * 1024) }));
    expect((await readAnswer(flood)).status).toBe(431);
    await flood.ended;
    for (let count = 0; count < 20; count++) {
      const reset = await connectTcp(port);
      reset.socket.write(upgradeRequest('/ws/device') + 'x'.repeat(10_000));
      reset.socket.resetAndDestroy();
      await reset.ended;
    }
    const sending = await connectTcp(port);
    sending.socket.write(upgradeRequest('/ws/device'));
    expect((await readAnswer(sending)).status).toBe(401);
    sending.socket.on('error', () => {});
    const more = setInterval(() => sending.socket.write(clientFrame('binary', Buffer.alloc(1000))), 10);
    await sending.ended;
    clearInterval(more);
    expect(await (await connectWs(`${server.url()}/ws/device?token=api-token`)).echo('x')).toBe('x');
    expect(server.log.lines.filter((line) => line.startsWith('ERROR'))).toEqual([]);
  });
});

it('of an endpoint that does not exist the log has at the end how often it was asked for', async () => {
  const server = await startServer(config());
  for (let count = 0; count < 3; count++)
    expect((await answer(server, upgradeRequest('/ws/none'))).status).toBe(404);
  await server.stop();
  expect(server.log.lines).toContainEqual(
    expect.stringMatching(/refused 127\.0\.0\.1 2 times more: There is no such endpoint$/),
  );
});

it('of a client without an endpoint the log names the http entry and the address', async () => {
  const server = await startServer(config());
  await answer(server, upgradeRequest('/ws/none'));
  const line = await server.log.line(/ refused 127/);
  const [, client] = /refused (\S+): /.exec(line) ?? [];
  const address = new URL(server.url()).host;
  expect(line).toContain(`[http ${address}] `);
  expect(server.log.fieldsOf(/ refused 127/)).toEqual({ http: address, address, client });
});
