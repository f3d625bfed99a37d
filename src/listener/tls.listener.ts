import { createServer, Server } from 'node:net';
import { createServer as createTls, TLSSocket } from 'node:tls';
import { unlessEnded } from '../errors.js';
import { boundAddress, clientAddress, listen, ListenFailed, SOCKET_OPTIONS } from '../net/net-server.js';
import { allowReset, certified, HANDSHAKE_MS, handshakeFailure, underneath } from '../net/tls-client.js';
import { loadTls } from '../net/tls-context.js';
import type { TlsFiles } from '../net/tls-files.js';
import { TlsWatch } from '../net/tls-watch.js';
import type { Gate, Listener } from './listener.js';

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

  /** @throws TlsFilesInvalid, ListenFailed, and Ended when it is given up */
  async open(gate: Gate, signal: AbortSignal): Promise<void> {
    const loaded = await unlessEnded(loadTls(this.files), signal);
    const tls = createTls({ ...loaded.options, handshakeTimeout: HANDSHAKE_MS });
    // Only after the handshake may a client close its own direction and wait for the answer.
    const server = createServer({ ...SOCKET_OPTIONS, allowHalfOpen: false }, (socket) => {
      if (!socket.remoteAddress || !gate.admits(clientAddress(socket))) socket.destroy();
      else tls.emit('connection', socket);
    });
    tls.on('secureConnection', (socket: TLSSocket) => {
      socket.allowHalfOpen = true;
      allowReset(socket);
      // Node itself leaves one open whose peer breaks the encryption.
      socket.on('error', () => socket.destroy());
      // One whose handshake outlasted the server comes too late.
      if (socket.remoteAddress && server.listening) gate.accept(socket, certified(socket));
      else socket.destroy();
    });
    tls.on('tlsClientError', (error, socket) => {
      gate.refused(clientAddress(underneath(socket)), `no TLS: ${handshakeFailure(error, socket)}`, 'tls');
      // Node itself leaves one open that ran out of time.
      socket.destroy();
    });
    await listen(server, this.address, signal).catch((error: unknown) => {
      throw new ListenFailed(this.where, error);
    });
    this.#server = server;
    for (const warning of loaded.warnings) gate.notice(warning);
    server.on('error', (error) => gate.failed(error));
    this.#watch = new TlsWatch(loaded, {
      changed: (fresh) => {
        tls.setSecureContext(fresh.options);
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
