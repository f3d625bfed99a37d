import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { isDeepStrictEqual } from 'node:util';
import type { HttpDto } from '../config/config.dto.js';
import type { AppliedChange } from '../config/config.service.js';
import { type AppError, Ended, sentence, unlessEnded } from '../errors.js';
import { PlaceLog } from '../log-record.js';
import { arrivalOf, setArrival } from '../net/arrival.js';
import { descriptors } from '../net/descriptors.js';
import {
  boundAddress,
  type ClientAddress,
  clientAddress,
  listen,
  ListenFailed,
  SOCKET_OPTIONS,
} from '../net/net-server.js';
import { waitAWhile } from '../net/patience.js';
import { arrivalBehind } from '../net/proxy-address.js';
import { type LoadedTls, loadTls } from '../net/tls-context.js';
import { TlsWatch } from '../net/tls-watch.js';
import { sendError } from './answer.js';
import { refuseForeignPage, refuseHosts } from './browser.js';
import { answerBase, withoutBase } from './base-path.js';
import { Door, type DoorHandlers } from './door.js';
import { Guests } from './guests.js';
import { answerPreflight, setHeaders } from './headers.js';
import { mayConnect, mayStay, type Rules, rulesOf } from './rules.js';
import { AddressRefused } from './strangers.js';
import { refuseOn } from './upgrade.js';

const STILL_ASKING =
  'It does not listen yet: the system still looks for its host name, or reads its certificate files';
const NOT_ALLOWED = 'its address is not allowed (allow, deny)';

/** How often a server that cannot listen tries again. */
const RETRY_MS = 5000;
/** Errors of a listening socket are logged once in this time. */
const LOG_EVERY_MS = 10_000;
/** How long connections of a server that goes may take to end with their answers. */
const LAST_ANSWERS_MS = 5000;

export interface HttpHandlers {
  request(request: IncomingMessage, response: ServerResponse): void;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Whether everybody may do what a request asks for, since no account exists, nor a token of the endpoint. */
  open(request: IncomingMessage): boolean;
}

const serving = new WeakMap<IncomingMessage, HttpServer>();

/** The server that a request came in by. */
export function serverOf(request: IncomingMessage): HttpServer {
  return serving.get(request) as HttpServer;
}

/** One `http` entry of the configuration: listens, or tries to, and hands requests on that may come in. */
export class HttpServer {
  readonly #guests = new Guests();
  #rules: Rules;
  #listener: Server | undefined;
  #door: Door | undefined;
  #loaded: LoadedTls | undefined;
  #watch: TlsWatch | undefined;
  /** Gives up the attempt to listen that is under way. */
  #opening: AbortController | undefined;
  #retry: NodeJS.Timeout | undefined;
  #lastError = -Infinity;
  /** Why it does not listen; empty while it does. */
  trouble = '';

  constructor(
    settings: HttpDto,
    private readonly handlers: HttpHandlers,
  ) {
    this.#rules = rulesOf(settings);
  }

  get settings(): HttpDto {
    return this.#rules.settings;
  }

  /** Where it listens; undefined while it does not. */
  get where(): string | undefined {
    return this.#listener && boundAddress(this.#listener, this.#address);
  }

  /** Calls `end` when the client of a request, that its socket is left to, may not come in any more. */
  whenRefused(request: IncomingMessage, socket: Duplex, end: (reason: string) => void): void {
    this.#guests.add(request, socket, end);
  }

  get #address() {
    return { host: this.settings.address || '0.0.0.0', port: this.settings.port };
  }

  get #log(): PlaceLog {
    return new PlaceLog(this.#place);
  }

  /** What the log calls it. */
  get label(): string {
    return this.#place.http;
  }

  readonly #logOf = (client: ClientAddress) => new PlaceLog({ ...this.#place, client: client.text });

  get #place() {
    const address = boundAddress(this.#listener, this.#address);
    return { http: this.settings.name ?? address, address };
  }

  /** Whether settings are for the same place. */
  isAt({ address, port }: HttpDto): boolean {
    return address === this.settings.address && port === this.settings.port;
  }

  /** Begins to listen, now or as soon as it can; done when it does, or cannot yet. */
  start(): Promise<void> {
    return waitAWhile(this.#keepTrying(), () => {
      if (!this.#opening) return;
      this.trouble = STILL_ASKING;
      this.#log.warn(`${STILL_ASKING}; the others go on without it`);
    });
  }

  async #keepTrying(): Promise<void> {
    try {
      await this.open();
    } catch (error) {
      if (error instanceof Ended) return;
      const trouble = sentence(error);
      if (trouble !== this.trouble) this.#log.error(`${trouble}; trying again every ${RETRY_MS / 1000} s`);
      this.trouble = trouble;
      this.#retry = setTimeout(() => void this.#keepTrying(), RETRY_MS);
    }
  }

  /** Begins to listen now; @throws ListenFailed, TlsFilesInvalid, and Ended when it is closed meanwhile */
  async open(): Promise<void> {
    this.#giveUp();
    const opening = (this.#opening = new AbortController());
    const { ssl } = this.settings;
    const listener = createServer(SOCKET_OPTIONS, (socket) => this.#accept(socket));
    let loaded: LoadedTls | undefined;
    try {
      loaded = ssl && (await unlessEnded(loadTls(ssl), opening.signal));
      await this.#listen(listener, opening.signal);
    } catch (error) {
      if (this.#opening !== opening) throw new Ended();
      this.#opening = undefined;
      throw error;
    }
    if (this.#opening !== opening) {
      listener.close();
      throw new Ended();
    }
    this.#opening = undefined;
    listener.on('error', (error) => {
      if (performance.now() - this.#lastError < LOG_EVERY_MS) return;
      this.#lastError = performance.now();
      this.#log.error(`cannot accept a connection: ${error.message}`);
    });
    this.#listener = listener;
    this.trouble = '';
    this.#use(loaded, this.#door ?? new Door(loaded, this.#doorHandlers()));
    for (const warning of loaded?.warnings ?? []) this.#log.warn(warning);
    this.#log.log(`listening on ${ssl ? 'https' : 'http'}://${this.where}`);
  }

  /** @throws ListenFailed */
  async #listen(listener: Server, signal: AbortSignal): Promise<void> {
    const address = this.#address;
    try {
      await listen(listener, address, signal);
    } catch (error) {
      throw new ListenFailed(boundAddress(undefined, address), error);
    }
  }

  /** What is under way, or waits, to listen. */
  #giveUp(): void {
    this.#opening?.abort();
    this.#opening = undefined;
    clearTimeout(this.#retry);
    this.#retry = undefined;
  }

  /**
   * Goes on with other settings at the same place; nobody is disconnected but those that may not come in any more, unless
   * TLS or client certificates come or go.
   * @throws TlsFilesInvalid
   */
  async update(settings: HttpDto): Promise<AppliedChange> {
    const reload = !isDeepStrictEqual(settings.ssl, this.settings.ssl);
    const read = reload && settings.ssl ? await loadTls(settings.ssl) : undefined;
    const { rules, door, loaded } = { rules: this.#rules, door: this.#door, loaded: this.#loaded };
    const fresh = reload ? read : loaded;
    // What begins to listen meanwhile may have read the files of either settings.
    const stale = reload && !this.#listener;
    this.#rules = rulesOf(settings);
    // Whether it is TLS, and asks for a certificate, is agreed on with each client when it connects.
    const same = !fresh === !loaded && !fresh?.options.ca === !loaded?.options.ca;
    if (door && reload) this.#use(fresh, same ? door : new Door(fresh, this.#doorHandlers()));
    const replaced = () => (door === this.#door ? undefined : door);
    /** One that tries to listen does so anew; one that was closed meanwhile stays so. */
    const again = async (ms: number) => {
      if (!(this.#opening ?? this.#retry ?? (stale && this.#listener))) return;
      if (door) this.pause();
      else void this.close(ms);
      await this.start();
    };
    return {
      undo: async () => {
        const mistaken = replaced() && this.#door;
        this.#rules.admission.refusals.close();
        this.#rules = rules;
        if (door && reload) this.#use(loaded, door);
        await mistaken?.close(0);
        if (stale) await again(0);
      },
      settle: async () => {
        void replaced()?.close(LAST_ANSWERS_MS);
        rules.admission.refusals.close();
        this.#dismissRefused();
        await again(LAST_ANSWERS_MS);
      },
    };
  }

  /** Stops to listen, also when it only begins to; its connections stay, and it may be started again. */
  pause(): void {
    this.#giveUp();
    this.#rules.admission.refusals.close();
    this.#watch?.close();
    this.#listener?.close();
    this.#listener = undefined;
  }

  /** Stops to listen and ends its connections: those that wait for an answer when they have it, but in this time. */
  async close(ms = LAST_ANSWERS_MS): Promise<void> {
    const door = this.#door;
    this.pause();
    this.#door = undefined;
    await door?.close(ms);
  }

  /** Connections to come go through this door, with these certificates. */
  #use(loaded: LoadedTls | undefined, door: Door): void {
    this.#watch?.close();
    this.#watch = loaded && this.#watchOver(loaded);
    if (loaded) door.setCertificates(loaded);
    this.#door = door;
    this.#loaded = loaded;
  }

  #watchOver(loaded: LoadedTls): TlsWatch {
    return new TlsWatch(loaded, {
      changed: (fresh) => {
        this.#door?.setCertificates(fresh);
        this.#loaded = fresh;
        this.#log.warn('the certificate files have changed; new clients get the new ones');
        for (const warning of fresh.warnings) this.#log.warn(warning);
      },
      failed: (error) =>
        this.#log.warn(`the certificate files have changed and are not used: ${sentence(error)}`),
    });
  }

  #doorHandlers(): DoorHandlers {
    return {
      request: (request, response, closing) => this.#request(request, response, closing),
      upgrade: (request, socket, head, closing) => this.#upgrade(request, socket, head, closing),
      refused: (socket, reason) => this.#refused(clientAddress(socket), reason),
    };
  }

  /** Looks at the address before any work; that of a proxy says nothing of the client. */
  #accept(socket: Socket): void {
    const from = clientAddress(socket);
    descriptors.accepted();
    if (from.ip && this.#door && mayConnect(this.#rules, from)) {
      this.#door.take(socket);
      return;
    }
    this.#refused(from, NOT_ALLOWED);
    if (this.#door) this.#door.refuse(socket);
    else socket.destroy();
  }

  /** After a change of the settings. */
  #dismissRefused(): void {
    const rules = this.#rules;
    this.#guests.dismiss((peer, from) => mayStay(rules, peer, from), NOT_ALLOWED);
    this.#door?.dismiss((socket, request) => {
      const peer = clientAddress(socket);
      return request ? mayStay(rules, peer, arrivalOf(request).from) : mayConnect(rules, peer);
    });
  }

  #request(request: IncomingMessage, response: ServerResponse, closing: AbortSignal): void {
    try {
      this.#arrived(request, closing);
      setHeaders(request, response, this.settings);
      this.#admit(request);
      if (answerPreflight(request, response, this.settings) || answerBase(request, response, this.settings))
        return;
      this.handlers.request(request, response);
    } catch (error) {
      sendError(response, error);
    }
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, closing: AbortSignal): void {
    try {
      this.#arrived(request, closing);
      request.url = withoutBase(request.url, this.settings);
      this.#admit(request);
      this.handlers.upgrade(request, socket, head);
    } catch (error) {
      refuseOn(socket, error);
    }
  }

  /** @throws AppError 400 */
  #arrived(request: IncomingMessage, closing: AbortSignal): void {
    serving.set(request, this);
    refuseHosts(request);
    const arrival = arrivalBehind(this.#rules.trusted, this.settings.base_path ?? '', request);
    setArrival(request, arrival, closing, this.#logOf);
  }

  /** @throws AppError 403 for who may not come in */
  #admit(request: IncomingMessage): void {
    const { from } = arrivalOf(request);
    try {
      if (!this.#rules.admission.admits(from)) throw new AddressRefused();
      refuseForeignPage(request, this.settings, this.handlers.open(request));
    } catch (error) {
      this.#refused(from, sentence(error), (error as AppError).code);
      throw error;
    }
  }

  #refused(from: ClientAddress, reason: string, kind = reason): void {
    if (from.ip) this.#rules.admission.refusals.add(this.#logOf(from), from, reason, kind);
  }
}
