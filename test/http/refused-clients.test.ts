import { afterEach, describe, expect, it } from '@jest/globals';
import { MAX_STRANGERS } from '../../src/http/strangers.js';
import { type Client, closeClients, connectTcp } from '../support/client.js';
import { rawRequest, readAnswer } from '../support/http.js';
import { startServer, stopServers, type TestServer } from '../support/server.js';
import { closeWsClients, connectWs, upgradeRequest } from '../support/websocket.js';

const [ALLOWED, DENIED] = ['127.0.0.1', '127.0.0.2'];
const REASON = 'its address is not allowed (allow, deny)';

const start = (more: object = {}) =>
  startServer({
    ports: [
      { name: 'p', serial: { port: 'loop://' }, servers: [{ protocol: 'websocket', endpoint: 'device' }] },
    ],
    http: [{ address: '127.0.0.1', port: 0, ...more }],
  });
const edit = (server: TestServer, change: object) =>
  server.config.change(({ http = [] }) => void Object.assign(http[0] as object, change));
const connect = (server: TestServer, from: string) =>
  connectTcp(Number(new URL(server.url()).port), '127.0.0.1', from);

async function idle(server: TestServer, from: string): Promise<Client> {
  const client = await connect(server, from);
  client.socket.write(rawRequest('GET /api/health/live'));
  expect((await readAnswer(client)).status).toBe(200);
  return client;
}

/** A reader of the live status, who has its first line. */
async function streaming(server: TestServer, from: string, headers: Record<string, string> = {}) {
  const client = await connect(server, from);
  client.socket.write(rawRequest('GET /api/status?stream=1', headers));
  expect(await client.got.upTo('"admin":true}')).toContain(' 200 OK');
  return client;
}

afterEach(async () => {
  closeClients();
  closeWsClients();
  await stopServers();
});

describe('An address that an http server refuses from now on', () => {
  it('loses its WebSockets with 1008, its live status and its idle connections; others lose nothing', async () => {
    const server = await start();
    const ws = (path: string, from: string) =>
      connectWs(`${server.url()}/ws/${path}`, [], { localAddress: from });
    const going = [await ws('device', DENIED), await ws('monitor/p', DENIED)];
    const cut = [await streaming(server, DENIED), await idle(server, DENIED)];
    const [device, monitor] = [await ws('device', ALLOWED), await ws('monitor/p', ALLOWED)];
    const [stream, waiting] = [await streaming(server, ALLOWED), await idle(server, ALLOWED)];
    await edit(server, { deny: [DENIED] });
    for (const client of going) expect(await client.closed).toEqual({ code: 1008, reason: REASON });
    for (const client of cut) expect(await client.ended).toBeDefined();
    expect(await server.log.line(/closing/)).toMatch(`closing ${DENIED}:`);
    expect(await device.echo('x')).toBe('x');
    expect(await monitor.take(4)).toBe('\x01x\x02x');
    expect(await stream.got.upTo('"bytes_read":1')).toContain('_delta');
    waiting.socket.write(rawRequest('GET /api/health/live'));
    expect((await readAnswer(waiting)).status).toBe(200);
  });

  it('is counted until its server goes on with other settings', async () => {
    const server = await start({ deny: [DENIED] });
    for (let count = 0; count < 3; count++) {
      const client = await connect(server, DENIED);
      client.socket.write(rawRequest('GET /'));
      expect((await readAnswer(client)).status).toBe(403);
    }
    await edit(server, { allow: [ALLOWED] });
    expect(server.log.lines).toContainEqual(
      expect.stringContaining(`refused ${DENIED} 2 times more: ${REASON}`),
    );
  });

  it('that is not in a new "allow" goes too', async () => {
    const server = await start();
    const ws = await connectWs(`${server.url()}/ws/device`, [], { localAddress: DENIED });
    await edit(server, { allow: [ALLOWED] });
    expect((await ws.closed).code).toBe(1008);
  });

  it('gets the answer to the request by which it refuses itself, and no other', async () => {
    const server = await start();
    const client = await connect(server, DENIED);
    const body = JSON.stringify({ deny: [DENIED] });
    client.socket.write(rawRequest('PUT /api/settings/http/0', { 'Content-Type': 'application/json' }, body));
    expect(await readAnswer(client)).toMatchObject({
      status: 200,
      head: expect.stringMatching(/connection: close/i),
    });
    expect(await client.ended).toBe('end');
  });

  it('does not get a request through that was on its way', async () => {
    const server = await start();
    const client = await connect(server, DENIED);
    const body = JSON.stringify({ session_timeout: 60 });
    const request = rawRequest('PUT /api/settings', { 'Content-Type': 'application/json' }, body);
    client.socket.write(request.slice(0, -5));
    await idle(server, ALLOWED);
    await edit(server, { deny: [DENIED] });
    await client.ended;
    expect(server.config.current.session_timeout).toBeUndefined();
  });

  it('is that of the client behind a proxy for as long as the proxy is trusted', async () => {
    const server = await start({ trusted_proxies: [ALLOWED] });
    const behind = (ip: string) => ({ 'X-Forwarded-For': ip });
    const ws = (ip: string) => connectWs(`${server.url()}/ws/device`, [], { headers: behind(ip) });
    const [kept, gone] = [await ws('203.0.113.1'), await ws('203.0.113.2')];
    const stream = await streaming(server, ALLOWED, behind('203.0.113.2'));
    const proxy = await idle(server, ALLOWED);
    await edit(server, { allow: ['203.0.113.1'] });
    expect((await gone.closed).code).toBe(1008);
    await stream.ended;
    expect(await kept.echo('x')).toBe('x');
    proxy.socket.write(rawRequest('GET /api/health/live', behind('203.0.113.1')));
    expect((await readAnswer(proxy)).status).toBe(200);
    await edit(server, { trusted_proxies: [] });
    expect((await kept.closed).code).toBe(1008);
    await proxy.ended;
  });
});

describe('An address that an http server does not let in', () => {
  it.each([
    ['a page', rawRequest('GET /')],
    ['a body that goes on', rawRequest('POST /api/login', {}, 'x'.repeat(500_000))],
    ['a WebSocket', upgradeRequest('/ws/device')],
    ['nothing that is HTTP', 'hello'],
  ])('is told so when it asks for %s, and its connection ends in order', async (_what, request) => {
    const server = await start({ deny: [DENIED] });
    const client = await connect(server, DENIED);
    client.socket.write(request);
    const { status, head, body } = await readAnswer(client);
    expect([status, JSON.parse(body)]).toEqual([
      403,
      { error: 'Clients of this address are not allowed (allow, deny)', code: 'ADDRESS_REFUSED' },
    ]);
    expect(head).toContain('Content-Type: application/json');
    expect(head).toContain('Connection: close');
    expect(await client.ended).toBe('end');
  });

  it('gets its answer also when it has ended its direction, and none when it asks nothing', async () => {
    const server = await start({ deny: [DENIED] });
    const [asking, mute] = [await connect(server, DENIED), await connect(server, DENIED)];
    asking.socket.end(rawRequest('GET /'));
    expect((await readAnswer(asking)).status).toBe(403);
    mute.socket.end();
    expect(await mute.ended).toBe('end');
    expect(mute.socket.bytesRead).toBe(0);
  });

  it('has so many connections and no more, for a short time; others come in meanwhile', async () => {
    const server = await start({ deny: [DENIED] });
    const silent = await Promise.all(Array.from({ length: MAX_STRANGERS }, () => connect(server, DENIED)));
    const over = await connect(server, DENIED);
    expect(await over.ended).toBeDefined();
    await idle(server, ALLOWED);
    await Promise.all(silent.map(({ ended }) => ended));
    const next = await connect(server, DENIED);
    next.socket.write(rawRequest('GET /'));
    expect((await readAnswer(next)).status).toBe(403);
  });

  it('holds up no end of the server', async () => {
    const server = await start({ deny: [DENIED] });
    const silent = await connect(server, DENIED);
    await server.log.line(/refused/);
    const begun = performance.now();
    await server.stop();
    await silent.ended;
    expect(performance.now() - begun).toBeLessThan(1500);
  });
});
