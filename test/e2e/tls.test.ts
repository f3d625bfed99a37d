import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { copyFile, mkdtemp, readFile, rename, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { issue, makeCertificates, type Certificate, type Certificates } from '../support/certificates.js';
import { endChildren, startChild, type Child } from '../support/child.js';
import { closeClients, connectTcp } from '../support/client.js';
import { describeWith } from '../support/needs.js';
import { configFile, endPrograms, Program } from '../support/program.js';
import { Reader } from '../support/reader.js';
import { startServer, stopServers, tcp, type TestServer } from '../support/server.js';

/** Limits that the server promises, and what a busy machine may add to each. */
const HANDSHAKE_MS = 10_000;
const RELOAD_MS = 5000;
const RETRY_MS = 5000;
const MARGIN_MS = 1000;

const PYTHON = `
import socket, ssl, sys
port, ca, cert, key = sys.argv[1:]
context = ssl.create_default_context(cafile=ca)
if cert: context.load_cert_chain(cert, key)
plain = socket.create_connection(('127.0.0.1', int(port)), timeout=10)
client = context.wrap_socket(plain, server_hostname='localhost')
`;

/** Says hello, and prints what comes back. */
const PYTHON_HELLO = `${PYTHON}
client.sendall(b'hello')
print(client.version(), client.recv(5).decode())
`;

/** Reads nothing until it is told to, and then looks at the end of the connection below TLS. Node's own sockets hide a reset there. */
const PYTHON_STALLED = `${PYTHON}
below = socket.socket(fileno=client.detach())
sys.stdin.readline()
try:
    while below.recv(65536): pass
    print('end')
except ConnectionResetError:
    print('reset')
`;

let made: Certificates;
/** Of the same authority as the server's, for the same names. */
let renewed: Certificate;
let expired: Certificate;
const sockets = new Set<Socket>();

beforeAll(async () => {
  made = await makeCertificates();
  renewed = await issue(made.ca, made.folder, 'renewed', { altNames: 'DNS:localhost,IP:127.0.0.1' });
  expired = await issue(made.ca, made.folder, 'expired', { days: -1 });
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  closeClients();
  await endChildren();
  await endPrograms();
  await stopServers();
});
afterAll(() => made?.remove());

const ssl = (files: object, more: object = {}) => ({ ...tcp(more), protocol: 'ssl', ssl: files });
const loop = (...servers: object[]) => ({ serial: { port: 'loop://' }, servers });
const withCa = () => ({ ...made.server, ca_certs: made.ca.certfile });

function openssl(port: number, ...args: string[]): Child {
  const trust = ['-CAfile', made.ca.certfile, '-verify_return_error'];
  return startChild('openssl', ['s_client', '-quiet', '-connect', `127.0.0.1:${port}`, ...trust, ...args]);
}

const shown = ({ certfile, keyfile }: Certificate) => ['-cert', certfile, '-key', keyfile];

interface TlsClient {
  readonly socket: TLSSocket;
  readonly got: Reader;
}

/** A client that trusts the test's authority. */
async function connectTls(port: number, options: ConnectionOptions = {}): Promise<TlsClient> {
  const ca = await readFile(made.ca.certfile);
  const socket = connect({ port, host: '127.0.0.1', servername: 'localhost', ca, ...options });
  sockets.add(socket);
  socket.on('error', () => {});
  await new Promise<void>((resolve, reject) => socket.once('secureConnect', resolve).once('error', reject));
  return { socket, got: new Reader(socket) };
}

async function echoes({ socket, got }: { socket: Socket; got: Reader }, text = 'echo'): Promise<void> {
  socket.write(text);
  expect(await got.text(text.length)).toBe(text);
}

const nameOf = ({ socket }: TlsClient) => socket.getPeerCertificate().subject.CN;

/** What a TLS client sends first. */
async function clientHello(): Promise<Buffer> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect({ port: (server.address() as AddressInfo).port, host: '127.0.0.1' });
  client.on('error', () => {});
  const [peer] = (await once(server, 'connection')) as [Socket];
  const [hello] = (await once(peer, 'data')) as [Buffer];
  client.destroy();
  peer.destroy();
  server.close();
  return hello;
}

/** Puts a certificate, or half of one, where a server reads it, as certbot does: whole, by a rename. */
async function put(from: Certificate, to: Certificate): Promise<void> {
  for (const name of ['certfile', 'keyfile'] as const) {
    await copyFile(from[name], `${to[name]}.new`);
    await rename(`${to[name]}.new`, to[name]);
  }
}

async function liveFiles(): Promise<Certificate> {
  const folder = await mkdtemp(join(made.folder, 'live-'));
  return { certfile: join(folder, 'live.crt'), keyfile: join(folder, 'live.key') };
}

const count = (server: TestServer, pattern: RegExp) =>
  server.log.lines.filter((line) => pattern.test(line)).length;

describeWith(['openssl'], 'an ssl server', () => {
  it.each(['-tls1_2', '-tls1_3'])('talks to openssl s_client %s', async (version) => {
    const server = await startServer({ ports: [loop(ssl(made.server))] });
    const client = openssl(server.tcpPort(), version);
    client.in.write('hello\n');
    expect(await client.out.text(6)).toBe('hello\n');
  });

  it('names the certificate of the client in the log', async () => {
    const server = await startServer({ ports: [loop(ssl(withCa()))] });
    const client = openssl(server.tcpPort(), ...shown(made.client));
    client.in.write('hello\n');
    expect(await client.out.text(6)).toBe('hello\n');
    expect(await server.log.line(/ connected /)).toMatch(/ connected 127\.0\.0\.1:\d+ \(CN=client\)$/);
  });

  it.each([
    ['without a certificate', () => [], 'it shows no certificate'],
    [
      'with that of another authority',
      () => shown(made.otherClient),
      'its certificate is refused (UNABLE_TO_',
    ],
    ['with one that expired', () => shown(expired), 'its certificate is refused (CERT_HAS_EXPIRED)'],
    [
      'with TLS 1.1',
      () => ['-tls1_1', '-cipher', 'DEFAULT@SECLEVEL=0'],
      'it speaks no TLS version from 1.2 on',
    ],
  ])('with ca_certs refuses openssl %s, and says why', async (_what, args, reason) => {
    const server = await startServer({ ports: [loop(ssl(withCa()))] });
    const client = openssl(server.tcpPort(), ...args());
    client.in.write('hello\n');
    const line = await server.log.line(/ refused /);
    expect(line).toMatch(/^WARNING .* refused 127\.0\.0\.1:\d+: no TLS: /);
    expect(line).toContain(reason);
    expect((await client.out.rest()).toString()).toBe('');
    await echoes(await connectTls(server.tcpPort(), await pair(made.client)));
    expect(count(server, / connected /)).toBe(1);
  });

  it.each([
    ['that speaks no TLS', (socket: Socket) => socket.write('hello\r\n'), 'it does not speak TLS'],
    ['that speaks HTTP', (socket: Socket) => socket.write('GET / HTTP/1.1\r\n\r\n'), 'it speaks plain HTTP'],
    ['that goes without a word', (socket: Socket) => socket.end(), 'it went away'],
    ['that resets at once', (socket: Socket) => socket.resetAndDestroy(), undefined],
  ])('outlives a client %s', async (_what, act, reason) => {
    const server = await startServer({ ports: [loop(ssl(made.server))] });
    const { socket, ended } = await connectTcp(server.tcpPort());
    socket.resume();
    act(socket);
    await ended;
    if (reason !== undefined) expect(await server.log.line(/ refused /)).toContain(`no TLS: ${reason}`);
    await echoes(await connectTls(server.tcpPort()));
  });

  it('outlives a reset after half a ClientHello', async () => {
    const hello = await clientHello();
    const server = await startServer({ ports: [loop(ssl(made.server))] });
    const { socket } = await connectTcp(server.tcpPort());
    await new Promise((resolve) => socket.write(hello.subarray(0, hello.length / 2), resolve));
    socket.resetAndDestroy();
    expect(await server.log.line(/ refused /)).toMatch(/ 127\.0\.0\.1:\d+: no TLS: it went away/);
    await echoes(await connectTls(server.tcpPort()));
  });

  it('outlives a client that breaks the encryption in the middle', async () => {
    const server = await startServer({ ports: [loop(ssl(made.server))] });
    const { socket } = await connectTcp(server.tcpPort());
    const { got } = await connectTls(server.tcpPort(), { socket });
    const other = await connectTls(server.tcpPort());
    await server.log.some(2, / connected /);
    socket.write('not a TLS record, and not a short one either');
    await server.log.line(/ disconnected /);
    expect((await got.rest()).toString()).toBe('');
    await echoes(other);
  });

  it('spends no handshake on an address that is not allowed, and one line in the log', async () => {
    const server = await startServer({ ports: [loop(ssl(made.server, { deny: ['127.0.0.2'] }))] });
    for (let i = 0; i < 3; i++) {
      const { socket, ended } = await connectTcp(server.tcpPort(), '127.0.0.1', '127.0.0.2');
      socket.resume();
      await ended;
    }
    await echoes(await connectTls(server.tcpPort()));
    expect(count(server, /WARNING/)).toBe(1);
    expect(count(server, /WARNING .* refused 127\.0\.0\.2:\d+: its address is not allowed/)).toBe(1);
  });

  it('answers a client that has closed its own direction', async () => {
    const server = await startServer({ ports: [loop(ssl(made.server))] });
    const { socket, got } = await connectTls(server.tcpPort(), { allowHalfOpen: true } as ConnectionOptions);
    socket.end('question');
    expect((await got.rest()).toString()).toBe('question');
  });

  it('does not take a client whose handshake outlasts the server', async () => {
    const server = await startServer({ ports: [loop(ssl(made.server))] });
    const port = server.tcpPort();
    const { socket } = await connectTcp(port);
    await echoes(await connectTls(port));
    await server.config.change((draft) => void (draft as { ports: unknown[] }).ports.splice(0));
    const late = await connectTls(port, { socket });
    expect((await late.got.rest()).toString()).toBe('');
    expect(count(server, / connected /)).toBe(1);
  });
});

async function pair({ certfile, keyfile }: Certificate): Promise<ConnectionOptions> {
  return { cert: await readFile(certfile), key: await readFile(keyfile) };
}

describeWith(['openssl', 'python3'], "Python's ssl", () => {
  const python = (script: string, server: TestServer, { certfile = '', keyfile = '' } = {}) =>
    startChild('/usr/bin/python3', [
      '-c',
      script,
      `${server.tcpPort()}`,
      made.ca.certfile,
      certfile,
      keyfile,
    ]);

  it.each([
    ['no certificate', () => ({ ...made.server, ca_certs: null }), () => undefined],
    ['a certificate of its own', withCa, () => made.client],
  ])('talks to an ssl server with %s', async (_what, files, certificate) => {
    const server = await startServer({ ports: [loop(ssl(files()))] });
    const client = python(PYTHON_HELLO, server, certificate());
    expect({ out: (await client.out.rest()).toString(), ...(await client.ended) }).toEqual({
      out: 'TLSv1.3 hello\n',
      status: 0,
      stderr: '',
    });
  });

  it('sees why it is refused without a certificate', async () => {
    const server = await startServer({ ports: [loop(ssl(withCa()))] });
    const client = python(PYTHON_HELLO, server);
    expect((await client.ended).stderr).toMatch(/certificate required/i);
  });

  it('is reset when it does not take its bytes', async () => {
    const servers = [ssl(made.server, { send_timeout: 0.5 }), ssl(made.server, { send_timeout: 60 })];
    const server = await startServer({ ports: [loop(...servers)] });
    const stalled = python(PYTHON_STALLED, server);
    await server.log.line(/ connected /);
    // What sends all that shares its thread with the server, so it is not held to the same time.
    const { socket } = await connectTls(server.tcpPort(0, 1));
    const chunk = Buffer.alloc(1024 * 1024);
    const flood = () => {
      while (socket.write(chunk));
    };
    socket.on('drain', flood);
    flood();
    await server.log.line(/ dropped .*send_timeout/);
    socket.removeListener('drain', flood);
    await server.log.line(/ disconnected /);
    stalled.in.write('\n');
    expect((await stalled.out.rest()).toString()).toBe('reset\n');
    expect(count(server, /ERROR/)).toBe(0);
  });
});

describeWith(['openssl'], 'an ssl server with 200 clients in the handshake', () => {
  it(
    'serves all others meanwhile, and cuts those off after 10 s',
    async () => {
      const hello = await clientHello();
      const program = new Program([
        '-v',
        '-c',
        await configFile({ ports: [loop(tcp()), loop(ssl(made.server))] }),
      ]);
      const [, sslPort] = await program.said(/ ssl\] listening on \S+:(\d+)\n/);
      const [, tcpPort] = await program.said(/ tcp\] listening on \S+:(\d+)\n/);
      const begun = performance.now();
      const silent = await Promise.all(Array.from({ length: 200 }, () => connectTcp(Number(sslPort))));
      let left = silent.length;
      for (const { socket, ended } of silent) {
        socket.resume();
        void ended.then(() => left--);
      }
      silent[0]?.socket.write(hello.subarray(0, hello.length / 2));
      // One that is never silent, and never done.
      let sent = 0;
      const drip = setInterval(() => silent[1]?.socket.write(hello.subarray(sent, ++sent)), 100);
      const other = await connectTcp(Number(tcpPort));
      for (let round = 0; round < 200; round++) await echoes(other, `round ${round}`);
      await echoes(await connectTls(Number(sslPort)));
      expect(left).toBe(200);

      await Promise.all(silent.map(({ ended }) => ended));
      clearInterval(drip);
      const took = performance.now() - begun;
      expect(took).toBeGreaterThan(HANDSHAKE_MS - MARGIN_MS);
      expect(took).toBeLessThan(HANDSHAKE_MS + 2 * MARGIN_MS);
      await echoes(other);
      // The same is said of an address once a minute.
      const refused = program.stderr.split('\n').filter((line) => line.includes(' refused '));
      expect(refused).toHaveLength(1);
      expect(refused[0]).toMatch(/: no TLS: it did not finish the handshake within 10 s$/);
      expect(program.stderr).not.toContain('ERROR');
    },
    HANDSHAKE_MS + 20_000,
  );
});

describeWith(['openssl'], 'the files of an ssl server', () => {
  it('may be replaced under live clients', async () => {
    const files = await liveFiles();
    await put(made.server, files);
    const server = await startServer({ ports: [loop(ssl(files))] });
    const old = await connectTls(server.tcpPort());
    expect(nameOf(old)).toBe('server');
    const begun = performance.now();
    await put(renewed, files);
    await server.log.line(/new clients get the new ones/);
    expect(performance.now() - begun).toBeLessThan(RELOAD_MS);
    expect(nameOf(await connectTls(server.tcpPort()))).toBe('renewed');
    await echoes(old);
  });

  it('are not used while they are half written, which is said once', async () => {
    const files = await liveFiles();
    await put(made.server, files);
    const server = await startServer({ ports: [loop(ssl(files))] });
    const key = await readFile(renewed.keyfile);
    await writeFile(files.keyfile, key.subarray(0, key.length / 2));
    expect(await server.log.line(/are not used/)).toContain(files.keyfile);
    const meanwhile = await connectTls(server.tcpPort());
    expect(nameOf(meanwhile)).toBe('server');
    await writeFile(files.keyfile, key);
    await server.log.line(/are not used: .* is not the key of the first certificate/);
    await copyFile(renewed.certfile, files.certfile);
    await server.log.line(/new clients get the new ones/);
    expect(nameOf(await connectTls(server.tcpPort()))).toBe('renewed');
    await echoes(meanwhile);
    expect(count(server, /are not used/)).toBe(2);
  });

  it('that are missing or broken at start harm nothing else, and are tried again', async () => {
    const [missing, broken, mixed] = [await liveFiles(), await liveFiles(), await liveFiles()];
    await put(made.server, broken);
    await writeFile(broken.certfile, 'not a certificate');
    await put(made.server, mixed);
    await copyFile(renewed.keyfile, mixed.keyfile);
    const server = await startServer({
      ports: [
        loop(tcp()),
        loop(ssl(missing), ssl(broken), ssl(mixed), ssl({ ...made.server, ca_certs: missing.certfile })),
      ],
    });
    const reports = [
      `ca_certs ${missing.certfile}: there is no such file; trying again every 5 s`,
      `certfile ${missing.certfile}: there is no such file; trying again every 5 s`,
      `certfile ${broken.certfile}: there is no certificate in PEM form in it; trying again every 5 s`,
      `keyfile ${mixed.keyfile}: it is not the key of the first certificate in ${mixed.certfile}; trying again every 5 s`,
    ];
    const errors = () => server.log.lines.filter((line) => line.startsWith('ERROR')).toSorted();
    const expected = reports
      .map((report) => `ERROR [loop:// ssl 127.0.0.1:0] Cannot use ${report}`)
      .toSorted();
    expect(errors()).toEqual(expected);
    const other = await connectTcp(server.tcpPort());
    await echoes(other);
    const begun = performance.now();
    for (const files of [missing, broken, mixed]) await put(made.server, files);
    await server.log.some(4, / ssl \S+\] listening on /);
    expect(performance.now() - begun).toBeLessThan(RETRY_MS + MARGIN_MS);
    for (const index of [0, 1, 2]) await echoes(await connectTls(server.tcpPort(1, index)));
    await echoes(other);
    expect(errors()).toEqual(expected);
  });
});
