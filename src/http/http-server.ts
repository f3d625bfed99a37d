import { setMaxListeners } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { Duplex } from 'node:stream';
import type { HttpDto } from '../config/config.dto.js';
import { sentence } from '../errors.js';
import { PlaceLog } from '../log-record.js';
import { setArrival } from '../net/arrival.js';
import { NetworkSet } from '../net/ip-filter.js';
import { boundAddress, listen, ListenFailed } from '../net/net-server.js';
import { arrivalBehind } from '../net/proxy-address.js';
import { loadTls } from '../net/tls-context.js';
import { TlsWatch } from '../net/tls-watch.js';

/** How often a server that cannot listen tries again. */
const RETRY_MS = 5000;
const HEADER_BYTES = 16 * 1024;
/** How long a request may take to arrive, and its headers of that. */
const REQUEST_MS = 30_000;
const HEADERS_MS = 10_000;
/** Longer than proxies keep an idle connection (nginx: 60 s), so that it is never this side that closes under a request. */
const KEEP_ALIVE_MS = 75_000;

const LIMITS = {
  maxHeaderSize: HEADER_BYTES,
  requestTimeout: REQUEST_MS,
  headersTimeout: HEADERS_MS,
  keepAliveTimeout: KEEP_ALIVE_MS,
  connectionsCheckingInterval: 1000,
};

export interface HttpHandlers {
  request: RequestListener;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

const serving = new WeakMap<IncomingMessage, HttpServer>();

/** The server that a request came in by. */
export function serverOf(request: IncomingMessage): HttpServer {
  return serving.get(request) as HttpServer;
}

/** One `http` entry of the configuration: listens, or tries to, and hands requests on. */
export class HttpServer {
  readonly #log: PlaceLog;
  #server: Server | undefined;
  #watch: TlsWatch | undefined;
  #retry: NodeJS.Timeout | undefined;
  #stopped = false;
  readonly #closing = new AbortController();
  /** Why it does not listen; empty while it does. */
  trouble = '';

  constructor(
    path: string,
    readonly settings: HttpDto,
    private readonly handlers: HttpHandlers,
  ) {
    this.#log = new PlaceLog({ http: settings.name ?? path });
    setMaxListeners(0, this.closing);
  }

  /** Where it listens; undefined while it does not. */
  get where(): string | undefined {
    return this.#server && boundAddress(this.#server, this.#address);
  }

  /** Aborted when it is closed: what its requests have become ends then. */
  get closing(): AbortSignal {
    return this.#closing.signal;
  }

  get #address() {
    return { host: this.settings.address || '0.0.0.0', port: this.settings.port };
  }

  /** Begins to listen, now or as soon as it can. */
  async start(): Promise<void> {
    try {
      await this.open();
    } catch (error) {
      const trouble = sentence(error);
      if (trouble !== this.trouble) this.#log.error(`${trouble}; trying again every ${RETRY_MS / 1000} s`);
      this.trouble = trouble;
      if (!this.#stopped) this.#retry = setTimeout(() => void this.start(), RETRY_MS);
    }
  }

  /** Begins to listen now; @throws ListenFailed, TlsFilesInvalid */
  async open(): Promise<void> {
    this.#stopped = false;
    const { ssl } = this.settings;
    const loaded = ssl && (await loadTls(ssl));
    const secure = loaded && createSecureServer({ ...LIMITS, ...loaded.options });
    const server = secure ?? createServer(LIMITS);
    await listen(server, this.#address).catch((error: unknown) => {
      throw new ListenFailed(boundAddress(undefined, this.#address), error);
    });
    if (this.#stopped) {
      server.close();
      return;
    }
    const trusted = new NetworkSet([]);
    server.on('request', (request, response) => {
      serving.set(request, this);
      setArrival(request, arrivalBehind(trusted, '', request));
      this.handlers.request(request, response);
    });
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      serving.set(request, this);
      setArrival(request, arrivalBehind(trusted, '', request));
      this.handlers.upgrade(request, socket, head);
    });
    this.#server = server;
    this.trouble = '';
    if (loaded && secure) {
      this.#watch = new TlsWatch(loaded, {
        changed: (fresh) => secure.setSecureContext(fresh.options),
        failed: (error) =>
          this.#log.warn(`the certificate files have changed and are not used: ${sentence(error)}`),
      });
    }
    this.#log.log(`listening on ${ssl ? 'https' : 'http'}://${this.where}`);
  }

  /** Stops to listen and ends its connections. */
  close(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#retry);
    this.#watch?.close();
    const server = this.#server;
    this.#server = undefined;
    this.#closing.abort();
    if (!server) return Promise.resolve();
    // What became a WebSocket ends by its own farewell, and is not waited for.
    server.close();
    server.closeAllConnections();
    return Promise.resolve();
  }
}
