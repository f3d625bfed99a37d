import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { copyFile, readFile } from 'node:fs/promises';
import { Agent, type AgentOptions, request } from 'node:https';
import type { TLSSocket } from 'node:tls';
import { join } from 'node:path';
import { type Certificate, type Certificates, issue, makeCertificates } from '../support/certificates.js';
import { closeClients, connectTcp } from '../support/client.js';
import { rawRequest, readAnswer } from '../support/http.js';
import { describeWith } from '../support/needs.js';
import { startServer, stopServers, type TestServer } from '../support/server.js';
import { closeWsClients, connectWs } from '../support/websocket.js';

describeWith(['openssl'], 'An https server', () => {
  let made: Certificates;
  let live: Certificate;
  const agents: Agent[] = [];

  beforeAll(async () => {
    made = await makeCertificates();
    live = { certfile: join(made.folder, 'live.crt'), keyfile: join(made.folder, 'live.key') };
  });
  afterAll(() => made.remove());
  afterEach(async () => {
    for (const agent of agents.splice(0)) agent.destroy();
    closeClients();
    closeWsClients();
    await stopServers();
  });

  const entry = (more: object = {}) => ({ address: '127.0.0.1', port: 0, ...more });
  const portOf = (server: TestServer) => Number(/:(\d+)$/.exec(server.url())?.[1]);
  const edit = (server: TestServer, change: object) =>
    server.config.change(({ http = [] }) => void Object.assign(http[0] as object, change));

  /** A client that keeps its connection, as a browser does. */
  async function client(options: AgentOptions = {}) {
    const agent = new Agent({
      keepAlive: true,
      maxSockets: 1,
      ca: await readFile(made.ca.certfile),
      ...options,
    });
    agents.push(agent);
    return (server: TestServer) =>
      new Promise<{ status: number; reused: boolean; name: string }>((resolve, reject) => {
        const asked = request(
          { agent, host: '127.0.0.1', port: portOf(server), path: '/api/status' },
          (response) => {
            const { subject } = (response.socket as TLSSocket).getPeerCertificate();
            response.resume().on('end', () =>
              resolve({
                status: response.statusCode ?? 0,
                reused: asked.reusedSocket,
                name: subject.CN,
              }),
            );
          },
        );
        asked.on('error', reject).end();
      });
  }

  it('takes other certificates into use without a disconnect, by a change and by themselves', async () => {
    const renewed = await issue(made.ca, made.folder, 'renewed', { altNames: 'DNS:localhost,IP:127.0.0.1' });
    const server = await startServer({ http: [entry({ ssl: made.server })] });
    const [old, fresh] = [await client(), await client()];
    expect(await old(server)).toEqual({ status: 200, reused: false, name: 'server' });
    await copyFile(renewed.certfile, live.certfile);
    await copyFile(renewed.keyfile, live.keyfile);
    await edit(server, { ssl: live });
    expect(await old(server)).toEqual({ status: 200, reused: true, name: 'server' });
    expect(await fresh(server)).toEqual({ status: 200, reused: false, name: 'renewed' });
    await copyFile(made.server.certfile, live.certfile);
    await copyFile(made.server.keyfile, live.keyfile);
    await server.log.line(/the certificate files have changed; new clients get the new ones/);
    expect(await old(server)).toMatchObject({ reused: true });
    expect(await (await client())(server)).toMatchObject({ status: 200, name: 'server' });
  });

  it('keeps what it has when the new certificate cannot be used', async () => {
    const server = await startServer({ http: [entry({ ssl: made.server })] });
    const file = await readFile(server.path, 'utf8');
    const ask = await client();
    await ask(server);
    const wrong = { certfile: made.server.certfile, keyfile: made.ca.keyfile };
    await expect(edit(server, { name: 'new', ssl: wrong })).rejects.toThrow(/Cannot use keyfile/);
    await expect(edit(server, { ssl: { ...made.server, keyfile: '/nowhere' } })).rejects.toThrow(
      /no such file/,
    );
    expect(await ask(server)).toEqual({ status: 200, reused: true, name: 'server' });
    expect(await (await client())(server)).toMatchObject({ status: 200 });
    expect(await readFile(server.path, 'utf8')).toBe(file);
  });

  it('with ca_certs wants a certificate of its clients, from the moment on that it says so', async () => {
    const server = await startServer({ http: [entry({ ssl: made.server })] });
    const nobody = await client();
    await nobody(server);
    await edit(server, { ssl: { ...made.server, ca_certs: made.ca.certfile } });
    // What was agreed on before does not count any more.
    await expect(nobody(server)).rejects.toThrow();
    await expect((await client())(server)).rejects.toThrow();
    await server.log.line(/refused 127\.0\.0\.1:\d+: no TLS: it shows no certificate/);
    const shown = async ({ certfile, keyfile }: Certificate) => ({
      cert: await readFile(certfile),
      key: await readFile(keyfile),
    });
    const known = await client(await shown(made.client));
    expect(await known(server)).toMatchObject({ status: 200 });
    await expect((await client(await shown(made.otherClient)))(server)).rejects.toThrow();
  });

  it.each<[string, Record<string, unknown>, string, Record<string, string>, string | undefined]>([
    ['by its certificate', {}, 'device', {}, 'CN=client'],
    ['by its certificate rather than the token of the endpoint', {}, 'guarded?token=own', {}, 'CN=client'],
    [
      'by its account rather than its certificate',
      { tokens: [{ token: 'api-token', name: 'program', admin: true }] },
      'device?token=api-token',
      {},
      'program',
    ],
    [
      'not by the certificate of a proxy',
      { trusted_proxies: ['127.0.0.1'] },
      'device',
      { 'X-Forwarded-For': '192.0.2.1' },
      undefined,
    ],
  ])('knows a WebSocket client %s', async (_what, { trusted_proxies, ...accounts }, path, headers, user) => {
    const ssl = { ...made.server, ca_certs: made.ca.certfile };
    const servers = [
      { protocol: 'websocket', endpoint: 'device' },
      { protocol: 'websocket', endpoint: 'guarded', token: 'own' },
    ];
    const server = await startServer({
      http: [entry({ ssl, ...(trusted_proxies !== undefined && { trusted_proxies }) })],
      ports: [{ serial: { port: 'loop://' }, servers }],
      ...accounts,
    });
    const [ca, cert, key] = await Promise.all(
      [made.ca.certfile, made.client.certfile, made.client.keyfile].map((file) => readFile(file)),
    );
    await connectWs(`${server.url()}/ws/${path}`, [], { ca: ca!, cert: cert!, key: key!, headers });
    const users = [0, 1].flatMap((index) => server.server(0, index).connections.map((client) => client.user));
    expect(users).toEqual([user]);
  });

  it('may become plain, and https again, at the same port', async () => {
    const server = await startServer({ http: [entry()] });
    const port = portOf(server);
    const plain = await connectTcp(port);
    plain.socket.write(rawRequest('GET /api/status'));
    expect((await readAnswer(plain)).status).toBe(200);
    await edit(server, { ssl: made.server });
    expect(await plain.ended).toBe('end');
    expect(server.url()).toBe(`https://127.0.0.1:${port}`);
    expect(await (await client())(server)).toMatchObject({ status: 200 });
    await edit(server, { ssl: null });
    expect((await fetch(`http://127.0.0.1:${port}/api/status`)).status).toBe(200);
  });

  it('says who speaks plain HTTP to it, and refuses addresses before the handshake', async () => {
    const server = await startServer({ http: [entry({ ssl: made.server, deny: ['127.0.0.2'] })] });
    const plain = await connectTcp(portOf(server));
    plain.socket.write(rawRequest('GET /'));
    await plain.ended;
    await server.log.line(/refused 127\.0\.0\.1:\d+: no TLS: it speaks plain HTTP/);
    const refused = await connectTcp(portOf(server), '127.0.0.1', '127.0.0.2');
    await refused.ended;
    await server.log.line(/refused 127\.0\.0\.2:\d+: its address is not allowed/);
  });

  it('cuts a client that does not finish its handshake', async () => {
    const server = await startServer({ http: [entry({ ssl: made.server })] });
    const silent = await connectTcp(portOf(server));
    await silent.ended;
    await server.log.line(/refused 127\.0\.0\.1:\d+: no TLS: it did not finish the handshake within 10 s/);
  }, 30_000);
});
