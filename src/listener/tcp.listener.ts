import { createServer, Server, Socket } from 'node:net';
import { shareReads } from '../net/shared-reads.js';
import { boundAddress, clientAddress, listen, ListenFailed, SOCKET_OPTIONS } from '../net/net-server.js';
import type { Gate, Listener } from './listener.js';

/** Plain TCP. */
export class TcpListener implements Listener {
  #server: Server | undefined;

  constructor(private readonly address: { readonly host: string; readonly port: number }) {}

  get where(): string {
    return boundAddress(this.#server, this.address);
  }

  /** @throws ListenFailed */
  async open(gate: Gate, signal: AbortSignal): Promise<void> {
    const server = createServer({ ...SOCKET_OPTIONS, pauseOnConnect: true });
    await listen(server, this.address, signal).catch((error: unknown) => {
      throw new ListenFailed(this.where, error);
    });
    this.#server = server;
    server.on('error', (error) => gate.failed(error));
    server.on('connection', (socket: Socket) => {
      // Gone before it was looked at, or not welcome.
      if (!socket.remoteAddress || !gate.admits(clientAddress(socket))) socket.destroy();
      else gate.accept(shareReads(socket), clientAddress(socket));
    });
  }

  close(): Promise<void> {
    // Its clients stay, so its own end is not waited for.
    this.#server?.close();
    return Promise.resolve();
  }
}
