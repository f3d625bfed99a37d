import { Logger } from '@nestjs/common';
import { createServer, type Server } from 'node:net';
import { sentence } from '../errors.js';
import { listen } from '../net/net-server.js';
import { removeStale } from '../net/stale-socket.js';

/**
 * Says `ok` to whoever connects to the Unix socket that SER2TCP_LIVE_SOCKET names, as long as the event loop turns: a container's
 * HEALTHCHECK (deploy/health.mjs) asks there. Without that variable there is none.
 */
export class LiveSocket {
  readonly #log = new Logger('service');
  readonly #path = process.env['SER2TCP_LIVE_SOCKET'];
  #server: Server | undefined;

  async open(): Promise<void> {
    if (!this.#path) return;
    const server = createServer((asking) => {
      asking.on('error', () => {});
      asking.end('ok\n');
    });
    try {
      await removeStale(this.#path);
      await listen(server, { path: this.#path });
      server.on('error', () => {});
      this.#server = server;
    } catch (error) {
      this.#log.warn(`nobody can ask at ${this.#path} whether it lives: ${sentence(error)}`);
    }
  }

  close(): void {
    this.#server?.close();
  }
}
