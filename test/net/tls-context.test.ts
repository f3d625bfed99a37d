import { afterAll, afterEach, beforeAll, it, expect, jest } from '@jest/globals';
import { once } from 'node:events';
import { chmod, copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { connect, createServer, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { loadTls } from '../../src/net/tls-context.js';
import { TlsFilesInvalid, type TlsFiles } from '../../src/net/tls-files.js';
import {
  issue,
  makeCertificates,
  openssl,
  type Certificate,
  type Certificates,
} from '../support/certificates.js';
import { describeWith } from '../support/needs.js';

const text = (path: string) => readFile(path, 'utf8');
const identity = async ({ certfile, keyfile }: Certificate) => ({
  cert: await text(certfile),
  key: await text(keyfile),
});

describeWith(['openssl'], 'The files of a TLS server', () => {
  let made: Certificates;

  beforeAll(async () => {
    made = await makeCertificates();
  });
  afterAll(() => made.remove());
  afterEach(() => {
    jest.restoreAllMocks();
  });

  const inFolder = (name: string) => join(made.folder, name);
  const write = async (name: string, ...parts: string[]) => {
    await writeFile(inFolder(name), parts.join(''));
    return inFolder(name);
  };

  /** What becomes of a client of a server with these files: the protocol spoken, or the server's reason. */
  async function handshake(files: TlsFiles, client: ConnectionOptions): Promise<string> {
    const { options } = await loadTls(files);
    const server = createServer(options).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const outcome = new Promise<string>((resolve) => {
      server.once('secureConnection', (socket: TLSSocket) => {
        resolve(socket.getProtocol() ?? 'none');
        socket.end();
      });
      // A client whose certificate is not accepted is reset, and the reason left on its socket.
      server.once('tlsClientError', (error: NodeJS.ErrnoException, socket: TLSSocket) =>
        resolve(String(socket.authorizationError ?? error.code)),
      );
    });
    const { port } = server.address() as AddressInfo;
    const socket = connect({ port, host: '127.0.0.1', ca: await text(made.ca.certfile), ...client }).resume();
    // A refused client's own error is not the subject here.
    socket.on('error', () => {});
    const result = await outcome;
    server.close();
    await once(server, 'close');
    return result;
  }

  it('serve a client that trusts their authority', async () => {
    expect(await handshake(made.server, {})).toBe('TLSv1.3');
    expect(await loadTls(made.server)).toMatchObject({ warnings: [], options: { minVersion: 'TLSv1.2' } });
  });

  it('serve TLS 1.2 and nothing older', async () => {
    expect(await handshake(made.server, { maxVersion: 'TLSv1.2' })).toBe('TLSv1.2');
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
    expect(await handshake(made.server, old)).toBe('ERR_SSL_UNSUPPORTED_PROTOCOL');
  });

  it.each([
    ['admit a client whose certificate the authority signed', 'client', 'TLSv1.3'],
    ['refuse a client of another authority', 'otherClient', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
    ['refuse a client without a certificate', undefined, 'ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE'],
  ] as const)('with ca_certs %s', async (_what, who, outcome) => {
    const files = { ...made.server, ca_certs: made.ca.certfile };
    expect(await handshake(files, who ? await identity(made[who]) : {})).toBe(outcome);
  });

  it('may name several authorities in ca_certs', async () => {
    const ca_certs = await write(
      'both-cas.crt',
      await text(made.otherCa.certfile),
      await text(made.ca.certfile),
    );
    expect(await handshake({ ...made.server, ca_certs }, await identity(made.client))).toBe('TLSv1.3');
  });

  it('may be one file with key, certificate and chain', async () => {
    const parts = [made.server.keyfile, made.server.certfile, made.ca.certfile];
    const all = await write('all.pem', ...(await Promise.all(parts.map(text))));
    expect(await handshake({ certfile: all, keyfile: all }, {})).toBe('TLSv1.3');
  });

  it('may hold an RSA key', async () => {
    const [certfile, keyfile] = [inFolder('rsa.crt'), inFolder('rsa.key')];
    await openssl(
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      keyfile,
      '-out',
      certfile,
      '-subj',
      '/CN=rsa',
    );
    await expect(loadTls({ certfile, keyfile })).resolves.toMatchObject({ warnings: [] });
  });

  it('are loaded with a warning when a certificate has expired', async () => {
    const { certfile, keyfile } = await issue(made.ca, made.folder, 'expired', { days: -1 });
    const { options, warnings } = await loadTls({ certfile, keyfile, ca_certs: certfile });
    expect(options).toMatchObject({ cert: await text(certfile), key: await text(keyfile) });
    expect(warnings).toEqual(
      Array(2).fill(
        expect.stringMatching(/^The certificate of CN=expired in .*expired\.crt expired on \w+ .* GMT$/),
      ),
    );
  });

  it('are loaded with a warning where the clock is behind', async () => {
    jest.spyOn(Date, 'now').mockReturnValue(0);
    expect((await loadTls(made.server)).warnings).toEqual([
      expect.stringMatching(/^The certificate of CN=server in .*server\.crt is not valid before \w+ .* GMT$/),
    ]);
  });

  it('are named in a warning also when the certificate has no subject', async () => {
    const certfile = inFolder('nameless.crt');
    await openssl('req', '-x509', '-key', made.server.keyfile, '-out', certfile, '-subj', '/');
    jest.spyOn(Date, 'now').mockReturnValue(Date.parse('2100-01-01'));
    const { warnings } = await loadTls({ certfile, keyfile: made.server.keyfile });
    expect(warnings).toEqual([
      expect.stringMatching(/^The certificate of number [0-9A-F]+ in .*nameless\.crt expired/),
    ]);
  });

  /** Makes the file that cannot be used and returns its path. */
  type Break = () => Promise<string>;

  it.each<[keyof TlsFiles, string, RegExp, Break]>([
    ['certfile', 'is missing', /there is no such file$/, async () => inFolder('missing.crt')],
    ['keyfile', 'is missing', /there is no such file$/, async () => inFolder('missing.key')],
    ['ca_certs', 'is missing', /there is no such file$/, async () => inFolder('missing-ca.crt')],
    ['certfile', 'is a folder', /not a regular file$/, async () => made.folder],
    ['keyfile', 'never ends', /not a regular file$/, async () => '/dev/zero'],
    ['certfile', 'is a path that cannot be', /ENOTDIR/, async () => join(made.ca.certfile, 'x')],
    ['certfile', 'is empty', /no certificate in PEM form/, () => write('empty', '')],
    ['ca_certs', 'is empty', /no certificate in PEM form/, () => write('empty', '')],
    ['keyfile', 'is empty', /no whole private key in PEM form/, () => write('empty', '')],
    ['certfile', 'holds the key', /no certificate in PEM form/, async () => made.server.keyfile],
    [
      'keyfile',
      'holds the certificate',
      /no whole private key in PEM form/,
      async () => made.server.certfile,
    ],
    ['certfile', 'is DER', /no certificate in PEM form/, () => der('x509', made.server.certfile)],
    ['keyfile', 'is DER', /no whole private key in PEM form/, () => der('pkey', made.server.keyfile)],
    ['certfile', 'is half written', /certificate 1 in it is damaged/, () => half(made.server.certfile)],
    ['keyfile', 'is half written', /no whole private key/, () => half(made.server.keyfile)],
    ['ca_certs', 'is half written', /certificate 1 in it is damaged/, () => half(made.ca.certfile)],
    [
      'certfile',
      'has a damaged chain',
      /certificate 2 in it is damaged/,
      () => damagedEnd(made.server.certfile),
    ],
    [
      'ca_certs',
      'is damaged further on',
      /certificate 2 in it is damaged/,
      () => damagedEnd(made.ca.certfile),
    ],
    [
      'keyfile',
      'has a passphrase',
      /passphrase are not supported; .*openssl pkey/,
      () => encrypted('-topk8'),
    ],
    [
      'keyfile',
      'has a passphrase, the old way',
      /passphrase are not supported/,
      () => encrypted('-traditional'),
    ],
    [
      'keyfile',
      "is another certificate's",
      /not the key of the first certificate in .*server\.crt$/,
      async () => made.client.keyfile,
    ],
  ])('are refused when %s %s', async (key, _what, reason, breakIt) => {
    const path = await breakIt();
    const files = { ...made.server, ca_certs: made.ca.certfile, [key]: path };
    const error: unknown = await loadTls(files).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TlsFilesInvalid);
    expect(error).toMatchObject({
      code: 'TLS_FILES_INVALID',
      status: 400,
      key,
      message: expect.stringMatching(reason),
    });
    expect(error).toMatchObject({ message: expect.stringContaining(`Cannot use ${key} ${path}: `) });
  });

  it('are refused when OpenSSL finds the certificate too weak', async () => {
    const [certfile, keyfile] = [inFolder('weak.crt'), inFolder('weak.key')];
    await openssl(
      'req',
      '-x509',
      '-newkey',
      'rsa:512',
      '-nodes',
      '-keyout',
      keyfile,
      '-out',
      certfile,
      '-subj',
      '/CN=weak',
    );
    await expect(loadTls({ certfile, keyfile })).rejects.toThrow(
      /^Cannot use certfile .*weak\.crt: .*key too small/,
    );
  });

  it.each([
    ['itself', '.'],
    ['through its folder', 'closed'],
  ])('are refused when the user may not read one, %s', async (_what, folder) => {
    await mkdir(inFolder(folder), { recursive: true });
    const keyfile = join(inFolder(folder), 'secret.key');
    await copyFile(made.server.keyfile, keyfile);
    await chmod(made.folder, 0o755);
    await chmod(folder === '.' ? keyfile : inFolder(folder), 0);
    const loading = asOrdinaryUser(() => loadTls({ certfile: made.server.certfile, keyfile }));
    await expect(loading).rejects.toThrow(`Cannot use keyfile ${keyfile}: permission denied`);
    await chmod(inFolder(folder), 0o755);
  });

  async function half(path: string): Promise<string> {
    const whole = await text(path);
    return write('half.pem', whole.slice(0, whole.length / 2));
  }

  async function damagedEnd(path: string): Promise<string> {
    return write('damaged.pem', await text(path), (await text(made.otherCa.certfile)).slice(0, 300));
  }

  async function der(kind: 'x509' | 'pkey', path: string): Promise<string> {
    await openssl(kind, '-in', path, '-outform', 'DER', '-out', inFolder('file.der'));
    return inFolder('file.der');
  }

  async function encrypted(form: '-topk8' | '-traditional'): Promise<string> {
    const [out, pass] = [inFolder('encrypted.key'), ['-passout', 'pass:secret']];
    if (form === '-topk8') await openssl('pkcs8', form, '-in', made.server.keyfile, '-out', out, ...pass);
    else await openssl('pkey', form, '-aes128', '-in', made.server.keyfile, '-out', out, ...pass);
    return out;
  }
});

/** Root may read everything: where tests run as root, `attempt` runs as nobody. */
async function asOrdinaryUser<T>(attempt: () => Promise<T>): Promise<T> {
  const root = process.geteuid?.() === 0;
  if (root) process.seteuid?.(65534);
  try {
    return await attempt();
  } finally {
    if (root) process.seteuid?.(0);
  }
}
