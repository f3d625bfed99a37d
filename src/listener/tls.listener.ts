import type { Socket } from 'node:net';
import { createServer, Server, TLSSocket } from 'node:tls';
import { loadTls } from '../net/tls-context.js';
import type { TlsFiles } from '../net/tls-files.js';
import { TlsWatch } from '../net/tls-watch.js';
import { ClientAddress, Gate, ListenFailed, Listener } from './listener.js';
import { boundAddress, clientAddress, listen, SOCKET_OPTIONS } from './net-server.js';

/** How long a client may take to agree on a key; meanwhile it costs a socket, and nobody else waits for it. */
const HANDSHAKE_MS = 10_000;

/** Encrypted TCP, with a certificate of the client where `ca_certs` is given. */
export class TlsListener implements Listener {
  #server: Server | undefined;
  #watch: TlsWatch | undefined;

  constructor(
    private readonly address: { readonly host: string; readonly port: number },
    private readonly files: TlsFiles,
  ) {}

  get where(): string {
    return boundAddress(this.#server, this.address);
  }

  /** @throws TlsFilesInvalid, ListenFailed */
  async open(gate: Gate): Promise<void> {
    const loaded = await loadTls(this.files);
    for (const warning of loaded.warnings) gate.notice(warning);
    const server = createServer({ ...loaded.options, ...SOCKET_OPTIONS, handshakeTimeout: HANDSHAKE_MS });
    this.#server = server;
    server.prependListener('connection', (socket: Socket) => {
      // A stranger is not worth a handshake.
      if (!socket.remoteAddress || !gate.admits(clientAddress(socket))) socket.destroy();
    });
    server.on('secureConnection', (socket: TLSSocket) => {
      if (socket.remoteAddress) gate.accept(socket, certified(socket));
      else socket.destroy();
    });
    server.on('tlsClientError', (error, socket) => {
      const from = socket.remoteAddress ? clientAddress(socket).text : 'a client that is gone';
      gate.notice(`no TLS with ${from}: ${handshakeFailure(error, socket)}`);
    });
    await listen(server, this.address).catch((error: unknown) => {
      throw new ListenFailed(this.where, error);
    });
    server.on('error', (error) => gate.failed(error));
    this.#watch = new TlsWatch(loaded, {
      changed: (fresh) => {
        server.setSecureContext(fresh.options);
        gate.notice('the certificate files have changed; new clients get the new ones');
        for (const warning of fresh.warnings) gate.notice(warning);
      },
      failed: (error) =>
        gate.notice(`the certificate files have changed and are not used: ${(error as Error).message}`),
    });
  }

  close(): Promise<void> {
    this.#watch?.close();
    this.#server?.close();
    return Promise.resolve();
  }
}

/** The client's address, and the name in its certificate where it showed one. */
function certified(socket: TLSSocket): ClientAddress {
  const address = clientAddress(socket);
  const { subject } = socket.getPeerCertificate();
  if (!subject) return address;
  const name = Object.entries(subject)
    .map(([key, value]) => `${key}=${String(value)}`)
    .join(', ');
  return { ...address, subject: name };
}

function handshakeFailure(error: NodeJS.ErrnoException, socket: TLSSocket): string {
  // OpenSSL's code, whatever the types say.
  const refused = socket.authorizationError as unknown as string | null;
  if (refused) return `its certificate is refused (${refused})`;
  if (error.code === 'ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE') return 'it shows no certificate';
  if (error.code === 'ERR_TLS_HANDSHAKE_TIMEOUT') return `it was silent for ${HANDSHAKE_MS / 1000} s`;
  return error.code ?? error.message;
}
