import { AddressInfo, createServer, isIPv6, Server, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { ClientAddress, ListenFailed, Listener } from './listener.js';

/** Connections that may wait to be accepted. */
const BACKLOG = 511;
/** Seconds of silence after which the system asks whether a client is still there. */
const KEEPALIVE_SECONDS = 15;

export class TcpListener implements Listener {
  readonly #server: Server;

  constructor(
    private readonly address: string,
    private readonly port: number,
  ) {
    this.#server = createServer({
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: KEEPALIVE_SECONDS * 1000,
      // A client that has sent all it wanted may still be waiting for the answer.
      allowHalfOpen: true,
      pauseOnConnect: true,
    });
  }

  get where(): string {
    const bound = this.#server.address() as AddressInfo | null;
    return hostAndPort(this.address || '0.0.0.0', bound?.port ?? this.port);
  }

  async open(
    accept: (client: Duplex, from: ClientAddress) => void,
    failed: (error: Error) => void,
  ): Promise<void> {
    await listen(this.#server, { host: this.address || '0.0.0.0', port: this.port, backlog: BACKLOG }).catch(
      (error: unknown) => {
        throw new ListenFailed(this.where, error);
      },
    );
    this.#server.on('error', failed);
    this.#server.on('connection', (socket: Socket) => {
      // Gone before it was looked at.
      if (!socket.remoteAddress) socket.destroy();
      else accept(socket, clientAddress(socket));
    });
  }

  close(): Promise<void> {
    // Resolves when the last client is gone as well, which is not waited for.
    this.#server.close();
    return Promise.resolve();
  }
}

export function clientAddress(socket: Socket): ClientAddress {
  const ip = (socket.remoteAddress ?? '').replace(/^::ffff:(?=[\d.]+$)/i, '');
  return { ip, text: hostAndPort(ip, socket.remotePort ?? 0) };
}

export const hostAndPort = (host: string, port: number) =>
  isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`;

export function listen(
  server: Server,
  options: { host: string; port: number; backlog: number } | { path: string; backlog: number },
): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(options, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
