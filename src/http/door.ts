import { once, setMaxListeners } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { AppError } from '../errors.js';
import { HANDSHAKE_MS, handshakeFailure, underneath } from '../net/tls-client.js';
import type { LoadedTls } from '../net/tls-context.js';
import { Strangers } from './strangers.js';
import { refuseOn, withoutUpgrade } from './upgrade.js';

/** Connections of one http server, of those that are no WebSocket: enough for any console, and few for the system. */
const MAX_CONNECTIONS = 500;

const LIMITS = {
  maxHeaderSize: 16 * 1024,
  /** How long a request may take to arrive, and its headers of that; a connection without a request counts too. */
  requestTimeout: 30_000,
  headersTimeout: 10_000,
  /** Longer than proxies keep an idle connection (nginx: 60 s), so that it is never this side that closes under a request. */
  keepAliveTimeout: 75_000,
  connectionsCheckingInterval: 1000,
};
/** Silence after which a connection ends that is being answered: its client does not read. Streams say something every 30 s. */
const SILENCE_MS = 120_000;

/** They are told by `closing` when the door is closed: what a request has become ends then. */
export interface DoorHandlers {
  request(request: IncomingMessage, response: ServerResponse, closing: AbortSignal): void;
  /** Of a WebSocket. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, closing: AbortSignal): void;
  /** A connection is not taken, or does not come to a request. */
  refused(socket: Socket, reason: string): void;
}

/** What a connection is at: requests that are not answered yet, or a WebSocket. */
interface Use {
  readonly answering: Set<ServerResponse>;
  upgraded: boolean;
}

/**
 * HTTP for sockets that a listener hands over, in TLS or not. It does not listen itself, so that it can be exchanged, or
 * have other certificates, while the address stays.
 */
export class Door {
  readonly #server: Server;
  /** By TCP socket; whose last request is longest ago comes first. */
  readonly #connections = new Map<Socket, Use>();
  readonly #strangers = new Strangers();
  readonly #failed = new WeakSet<Duplex>();
  readonly #closing = new AbortController();
  readonly #setSecureContext: ((tls: LoadedTls) => void) | undefined;

  constructor(
    tls: LoadedTls | undefined,
    private readonly handlers: DoorHandlers,
  ) {
    setMaxListeners(0, this.#closing.signal);
    if (tls) {
      const secure = createSecureServer({ ...LIMITS, ...tls.options, handshakeTimeout: HANDSHAKE_MS });
      this.#setSecureContext = ({ options }) => secure.setSecureContext(options);
      // Before Node's own, which takes it for a broken request.
      secure.removeAllListeners('tlsClientError').on('tlsClientError', (error, socket) => {
        handlers.refused(underneath(socket), `no TLS: ${handshakeFailure(error, socket)}`);
        socket.destroy();
      });
      this.#server = secure;
    } else this.#server = createServer(LIMITS);
    this.#server
      .on('request', (request, response) => this.#request(request, response))
      .on('upgrade', (request: IncomingMessage, socket, head: Buffer) => this.#upgrade(request, socket, head))
      .on('clientError', (error, socket) => this.#clientError(error, socket))
      .setTimeout(SILENCE_MS);
    // Node looks for requests that take too long from this event on; it does not come by itself where nobody listens.
    this.#server.emit('listening');
  }

  /** For connections to come. */
  setCertificates(tls: LoadedTls): void {
    this.#setSecureContext?.(tls);
  }

  /** Takes a connection; where there are too many, the one that is idle, or sends its request, for longest has to go. */
  take(socket: Socket): void {
    if (this.#connections.size >= MAX_CONNECTIONS && !this.#makeRoom()) {
      this.handlers.refused(socket, `the server has its ${MAX_CONNECTIONS} connections`);
      socket.destroy();
      return;
    }
    this.#connections.set(socket, { answering: new Set(), upgraded: false });
    socket.on('close', () => this.#connections.delete(socket));
    this.#server.emit('connection', socket);
  }

  /** Turns a connection away whose client may not come in; it is told so where that takes no handshake. */
  refuse(socket: Socket): void {
    if (this.#setSecureContext) socket.destroy();
    else this.#strangers.take(socket);
  }

  #makeRoom(): boolean {
    const here = [...this.#connections].filter(([, use]) => !use.upgraded);
    if (here.length < MAX_CONNECTIONS) return true;
    const idle = (here.find(([, use]) => use.answering.size === 0) ??
      here.find(([, use]) => isArriving(use)))?.[0];
    if (idle) this.#connections.delete(idle);
    idle?.destroy();
    return idle !== undefined;
  }

  /** Ends its connections: idle ones and streams at once, the others with their answer, and all of them in this time. */
  async close(ms: number): Promise<void> {
    // Ends its timer; there is no listening socket to close.
    this.#server.close();
    this.#closing.abort();
    this.#strangers.close();
    for (const [socket, { answering, upgraded }] of this.#connections) {
      if (answering.size === 0 && !upgraded) socket.destroy();
      for (const response of answering) endAfter(response);
    }
    const end = () => {
      for (const socket of this.#connections.keys()) socket.destroy();
    };
    const timer = setTimeout(end, ms).unref();
    // What became a WebSocket ends by its own farewell, and is not waited for.
    const answering = [...this.#connections].filter(([, use]) => !use.upgraded);
    await Promise.all(answering.map(([socket]) => once(socket, 'close').catch(() => {})));
    if (!this.#connections.size) clearTimeout(timer);
  }

  /**
   * Ends the connections of clients that may not come in any more: idle ones and streams at once, others with the answer
   * that is due. WebSockets are left to whoever took them.
   * @param admits whether the client at a socket may still come in, or the one behind it that made a request
   */
  dismiss(admits: (socket: Socket, request?: IncomingMessage) => boolean): void {
    for (const [socket, { answering, upgraded }] of this.#connections) {
      if (upgraded) continue;
      if (answering.size === 0 && !admits(socket)) socket.destroy();
      for (const response of answering) {
        if (admits(socket, response.req)) continue;
        if (response.headersSent || !response.req.complete) socket.destroy();
        else endAfter(response);
      }
    }
  }

  #request(request: IncomingMessage, response: ServerResponse): void {
    const socket = underneath(request.socket as TLSSocket);
    const use = this.#connections.get(socket);
    if (use) {
      this.#connections.delete(socket);
      this.#connections.set(socket, use);
      use.answering.add(response);
      response.once('close', () => use.answering.delete(response));
    }
    this.handlers.request(request, response, this.#closing.signal);
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (request.headers.upgrade?.toLowerCase() !== 'websocket') {
      // A server may do without an upgrade that it does not know (RFC 9110, 7.8), such as h2c.
      socket.unshift(withoutUpgrade(request, head));
      this.#server.emit(this.#setSecureContext ? 'secureConnection' : 'connection', socket);
      return;
    }
    const use = this.#connections.get(underneath(socket as TLSSocket));
    if (use) use.upgraded = true;
    (socket as Socket).setTimeout(0);
    // Whoever takes it listens too; one that is refused may be reset while it is told.
    socket.on('error', () => socket.destroy());
    this.handlers.upgrade(request, socket, head, this.#closing.signal);
  }

  /** What is no request, too large or too slow; it comes again for each further packet. */
  #clientError(error: NodeJS.ErrnoException, socket: Duplex): void {
    // More after the last request that is answered here.
    if (this.#failed.has(socket) || error.code === 'HPE_CLOSED_CONNECTION') return;
    this.#failed.add(socket);
    const use = this.#connections.get(underneath(socket as TLSSocket));
    if (!socket.writable || error.code === 'ECONNRESET' || use?.answering.size) socket.destroy();
    else refuseOn(socket, mistake(error.code));
  }
}

/** Ends a connection with this answer. */
function endAfter(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader('Connection', 'close');
  response.once('finish', () => response.req.socket.destroySoon());
}

/** Whether none of its requests has arrived as a whole. */
const isArriving = ({ answering }: Use) => [...answering].every(({ req }) => !req.complete);

function mistake(code: string | undefined): AppError {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return new AppError('HEADERS_TOO_LARGE', 431, 'The headers are larger than 16 KiB');
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new AppError('TOO_SLOW', 408, 'The request did not arrive in time');
    default:
      return new AppError('NO_REQUEST', 400, 'That is no HTTP request');
  }
}
