import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { WebSocket } from 'ws';
import { type Certificates, makeCertificates } from '../support/certificates.js';
import { curl } from '../support/curl.js';
import { describeWith } from '../support/needs.js';
import { type Proxy, startCaddy, startNginx, stopProxies } from '../support/proxy.js';
import { startServer, stopServers, type TestServer } from '../support/server.js';

/** Loopback has more addresses than one: the client is this one, the proxy 127.0.0.1. */
const CLIENT = '127.0.0.2';
const AUTHORIZED = ['--header', 'Authorization: Bearer the-token'];
const PUT = ['--request', 'PUT', '--json', '{"session_timeout": 60}', ...AUTHORIZED];
const FORGED = 'X-Forwarded-For: 203.0.113.9';

let made: Certificates;
const setUp = (start: typeof startNginx) => {
  let server: TestServer;
  let proxy: Proxy;
  let base: string;

  beforeAll(async () => {
    made = await makeCertificates();
  });
  afterAll(() => made.remove());
  beforeEach(async () => {
    server = await startServer({
      ports: [{ serial: { port: 'loop://' }, servers: [{ protocol: 'websocket', endpoint: 'device' }] }],
      http: [{ address: '127.0.0.1', port: 0, base_path: '/serial', trusted_proxies: ['127.0.0.1'] }],
      tokens: [{ token: 'the-token', name: 'boss', admin: true }],
    });
    proxy = await start(Number(new URL(server.url()).port), made.server);
    base = `https://localhost:${proxy.port}`;
  });
  afterEach(async () => {
    await stopProxies();
    await stopServers();
  });

  const call = (path: string, ...args: string[]) =>
    curl('--cacert', made.ca.certfile, '--interface', CLIENT, ...args, base + path);
  const put = (...args: string[]) => call('/serial/api/settings', ...PUT, ...args);
  const audited = () => server.log.line(/\[audit\] settings changed: .*/);

  it('the API works below its path, with and without a token', async () => {
    expect((await call('/serial/api/status?token=the-token')).status).toBe(200);
    const refused = await call('/serial/api/status');
    expect([refused.status, refused.headers['www-authenticate']]).toEqual([
      401,
      [expect.stringMatching(/^Bearer/)],
    ]);
    const away = await call('/serial');
    expect(away.status).toBe(308);
    expect(away.headers['location']?.[0]).toMatch(/\/serial\/$/);
  });

  it("the log shows the client's address, also when the client claims another one", async () => {
    expect((await put('--header', FORGED)).status).toBe(200);
    expect(await audited()).toContain(`from=${CLIENT}`);
  });

  it('who goes around the proxy is not believed', async () => {
    const { status } = await curl(
      ...PUT,
      '--interface',
      CLIENT,
      '--header',
      FORGED,
      `${server.url()}/api/settings`,
    );
    expect(status).toBe(200);
    expect(await audited()).toContain(`from=${CLIENT}`);
  });

  it('filters look at the client, not at the proxy', async () => {
    await server.config.change(({ http = [] }) => void Object.assign(http[0] as object, { deny: [CLIENT] }));
    expect((await put()).status).toBe(403);
    expect((await put('--header', FORGED)).status).toBe(403);
    expect((await put('--interface', '127.0.0.3')).status).toBe(200);
    await server.log.line(new RegExp(`refused ${CLIENT}: Clients of this address are not allowed`));
  });

  it('the page that the proxy serves may change things, that of another site may not', async () => {
    expect((await put('--header', `Origin: ${base}`)).status).toBe(200);
    expect((await put('--header', 'Origin: https://localhost')).status).toBe(403);
    expect(
      (await put('--header', 'X-Forwarded-Host: evil.example', '--header', 'Origin: https://evil.example'))
        .status,
    ).toBe(403);
  });

  it('answers ask for TLS', async () => {
    const { headers } = await call('/serial/api/status?token=the-token');
    expect(headers['strict-transport-security']).toEqual(['max-age=31536000']);
    expect(headers['content-security-policy']?.[0]).toContain(
      `connect-src 'self' wss://localhost:${proxy.port};`,
    );
  });

  it('the stream of the status comes as it is sent', async () => {
    const { body } = await call('/serial/api/status?token=the-token&stream=1', '--max-time', '2');
    expect(JSON.parse(body.split('\n')[0] ?? '')).toMatchObject({ ports: [expect.anything()] });
  });

  it('a WebSocket passes', async () => {
    const socket = new WebSocket(`wss://localhost:${proxy.port}/serial/ws/device`, ['bearer.the-token'], {
      ca: await readFile(made.ca.certfile),
      origin: base,
      localAddress: CLIENT,
      family: 4,
    });
    await once(socket, 'open');
    socket.send(Buffer.from('around the loop'));
    const [data] = (await once(socket, 'message')) as [Buffer];
    expect(data.toString()).toBe('around the loop');
    await server.log.line(new RegExp(`connected ${CLIENT}`));
    const closed = once(socket, 'close');
    socket.close();
    await closed;
  });
};

describeWith(['nginx', 'curl', 'openssl'], 'Behind nginx, with deploy/nginx.conf', () => setUp(startNginx));
describeWith(['caddy', 'curl', 'openssl'], 'Behind Caddy, with deploy/Caddyfile', () => setUp(startCaddy));
