import type { Duplex } from 'node:stream';
import { isDeepStrictEqual } from 'node:util';
import { AnyServerDto, OnLimit, SocketServerDto, WebSocketServerDto } from '../config/server.dto.js';
import { Ended, sentence } from '../errors.js';
import { type Place, PlaceLog } from '../log-record.js';
import { Admission } from '../net/admission.js';
import { ClientCounts, type RefusalCause } from '../net/client-counts.js';
import { descriptors } from '../net/descriptors.js';
import { type ClientAddress, hostAndPort } from '../net/net-server.js';
import { waitAWhile } from '../net/patience.js';
import type { PortClient } from '../serial/port-client.js';
import type { SerialPort } from '../serial/serial-port.js';
import { codecOf } from './codec-of.js';
import { Connection } from './connection.js';
import type { Dismiss, Gate, Listener } from './listener.js';
import { turnAway } from '../net/turn-away.js';

/** How often a server that cannot listen tries again. */
const RETRY_MS = 5000;
/** Errors of a listening socket are logged once in this time. */
const LOG_EVERY_MS = 10_000;
/**
 * Turns of the event loop after which a client that finds no place is refused: the end of the one that has left it is read
 * in the first, perhaps after the newer one is accepted, and after a reset its socket is closed in the next.
 */
const TURNS = 2;
const STILL_ASKING =
  'It does not listen yet: the system still looks for its host name, owner or group, or reads its certificate files';
const NOT_ALLOWED = 'its address is not allowed (allow, deny)';

/** How it is with the listening. */
type Way =
  | { state: 'closed' }
  | { state: 'opening'; end: AbortController }
  | { state: 'open'; listener: Listener }
  | { state: 'waiting'; retry: NodeJS.Timeout };

/** One configured way in to a port: its listener, its rules and its clients. */
export class Server {
  readonly counts = new ClientCounts();
  readonly #connections = new Set<Connection>();
  #admission: Admission;
  #way: Way = { state: 'closed' };
  /** Why it does not listen; empty while it does. */
  trouble = '';
  #lastError = -Infinity;
  #whenGone: (() => void) | undefined;

  constructor(
    private settings: AnyServerDto,
    private readonly port: SerialPort,
    private readonly makeListener: (settings: AnyServerDto) => Listener,
    /** Whether the port has other servers of this protocol. */
    private readonly several: () => boolean = () => false,
  ) {
    this.#admission = admissionOf(settings);
  }

  get protocol(): string {
    return this.settings.protocol;
  }

  get #log(): PlaceLog {
    return this.#logOf();
  }

  /** Named by what the port is called now. */
  #logOf(client: Place = {}): PlaceLog {
    const address = this.where ?? addressOf(this.settings);
    return new PlaceLog({ port: this.port.label, server: this.protocol, address, ...client }, this.several());
  }

  get connections(): readonly Connection[] {
    return [...this.#connections];
  }

  /** Where it listens; undefined while it does not. */
  get where(): string | undefined {
    return this.#listener?.where;
  }

  get #listener(): Listener | undefined {
    return this.#way.state === 'open' ? this.#way.listener : undefined;
  }

  /** Begins to listen, now or as soon as it can; done when it does, or cannot yet. */
  start(): Promise<void> {
    return waitAWhile(this.#keepTrying(), () => {
      if (this.#way.state !== 'opening') return;
      this.trouble = STILL_ASKING;
      this.#log.warn(`${STILL_ASKING}; the others go on without it`);
      this.port.changed();
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
      this.#way = { state: 'waiting', retry: setTimeout(() => void this.#keepTrying(), RETRY_MS) };
      this.port.changed();
    }
  }

  /** Begins to listen now; @throws ListenFailed, and Ended when it is closed meanwhile */
  async open(): Promise<void> {
    const opening: Way = { state: 'opening', end: new AbortController() };
    this.#way = opening;
    const listener = this.makeListener(this.settings);
    try {
      await listener.open(this.#gate(), opening.end.signal);
    } catch (error) {
      if (this.#way !== opening) throw new Ended();
      this.#way = { state: 'closed' };
      throw error;
    }
    if (this.#way !== opening) {
      await listener.close();
      throw new Ended();
    }
    this.#way = { state: 'open', listener };
    this.trouble = '';
    this.port.changed();
    this.#log.log(`listening on ${listener.where}`);
  }

  #gate(): Gate {
    return {
      admits: (from) => this.#admits(from),
      accept: (stream, from, active) => this.#accept(stream, from, active),
      refused: (from, reason, cause) => this.#refuse(from, reason, cause),
      notice: (text) => this.#log.warn(text),
      failed: (error) => this.#failed(error),
    };
  }

  /** Stops to listen, also when it only begins to; its clients stay, and it may be opened again. */
  async close(): Promise<void> {
    const way = this.#way;
    this.#way = { state: 'closed' };
    this.#admission.refusals.close();
    if (way.state === 'opening') way.end.abort();
    if (way.state === 'waiting') clearTimeout(way.retry);
    if (way.state === 'open') await way.listener.close();
  }

  /**
   * Other settings that need neither another socket nor another codec (`needsRestart`). They count at once, for the
   * clients that are here as well: one whose address is refused now has to go.
   */
  update(settings: AnyServerDto): void {
    if (isDeepStrictEqual(settings, this.settings)) return;
    this.settings = settings;
    this.#admission.refusals.close();
    this.#admission = admissionOf(settings);
    this.#listener?.update?.(settings);
    for (const connection of this.connections) {
      if (this.#admission.admits(connection.from)) connection.update(settings);
      else connection.dismiss(NOT_ALLOWED, 'policy');
    }
  }

  dismiss(reason: string): void {
    for (const connection of this.connections) connection.dismiss(reason);
  }

  /** Resolves when it has no client any more. */
  gone(): Promise<void> {
    if (this.#connections.size === 0) return Promise.resolve();
    return new Promise((resolve) => (this.#whenGone = resolve));
  }

  #admits(from: ClientAddress): boolean {
    if (this.#admission.admits(from)) return true;
    this.#refuse(from, NOT_ALLOWED, 'address');
    return false;
  }

  #accept(stream: Duplex, from: ClientAddress, active?: () => void): Dismiss {
    if (!this.#full) return this.#letIn(stream, from, active);
    const codec = codecOf(this.settings);
    let dismiss: Dismiss = (reason, why) => turnAway(stream, codec.farewell?.(why, reason));
    stream.on('error', () => {});
    const look = (turns: number) =>
      setImmediate(() => {
        if (stream.destroyed || stream.writableEnded) return;
        if (this.#full && turns > 1) look(turns - 1);
        else dismiss = this.#letIn(stream, from, active);
      });
    look(TURNS);
    return (reason, why) => dismiss(reason, why);
  }

  #letIn(stream: Duplex, from: ClientAddress, active?: () => void): Dismiss {
    const codec = codecOf(this.settings);
    // The filter may have changed during a TLS handshake.
    const refusal = this.#admission.admits(from) ? this.#makeRoom() : NOT_ALLOWED;
    if (refusal !== undefined) {
      this.#refuse(from, refusal, refusal === NOT_ALLOWED ? 'address' : 'limit');
      turnAway(stream, codec.farewell?.('busy', refusal));
      return () => {};
    }
    descriptors.accepted();
    const connection: Connection = new Connection({
      stream,
      from,
      active,
      codec,
      settings: this.settings,
      port: this.port,
      log: () => this.#logOf({ connection: connection.id, client: from.text }),
      joined: () => {
        this.counts.accepted++;
        this.port.record.clients.accepted++;
      },
      refused: (reason) => this.#refuse(from, reason, 'device'),
      dropped: (cause) => {
        this.counts.drop(cause);
        this.port.record.clients.drop(cause);
      },
      closed: () => {
        this.#connections.delete(connection);
        if (this.#connections.size === 0) this.#whenGone?.();
        this.port.changed();
      },
    });
    this.#connections.add(connection);
    this.port.changed();
    void connection.join();
    return (reason, why) => connection.dismiss(reason, why);
  }

  /** Clients that take a place. */
  get #here(): Connection[] {
    return this.connections.filter((connection) => connection.active);
  }

  get #full(): boolean {
    const { max_connections } = this.settings;
    return this.port.full || (max_connections > 0 && this.#here.length >= max_connections);
  }

  /** Looks at the limits of the server and the port, and lets somebody go who is leaving anyway or where they say so. */
  #makeRoom(): string | undefined {
    const { max_connections, on_limit } = this.settings;
    const here = this.#here;
    if (this.#way.state === 'closed') return 'the server was stopped';
    if (max_connections > 0 && here.length >= max_connections && !letOneGo(here, on_limit)) {
      return `the server has its ${max_connections} clients (max_connections)`;
    }
    if (this.port.full && !letOneGo(this.port.clients, this.port.onLimit)) {
      return 'the port has all its clients (max_connections)';
    }
    return undefined;
  }

  #refuse(from: ClientAddress, reason: string, cause: RefusalCause): void {
    this.counts.refuse(cause);
    this.port.record.clients.refuse(cause);
    this.port.changed();
    this.#admission.refusals.add(this.#logOf({ client: from.text }), from, reason);
  }

  #failed(error: Error): void {
    if (performance.now() - this.#lastError < LOG_EVERY_MS) return;
    this.#lastError = performance.now();
    this.#log.error(`cannot accept a client: ${error.message}`);
  }
}

/** Where a server is that does not listen yet. */
function addressOf(settings: AnyServerDto): string {
  if (settings instanceof SocketServerDto) return settings.address;
  if (settings instanceof WebSocketServerDto) return `/ws/${settings.endpoint}`;
  return hostAndPort(settings.address || '0.0.0.0', settings.port);
}

function admissionOf(settings: AnyServerDto): Admission {
  return new Admission(settings instanceof SocketServerDto ? {} : settings);
}

/** Lets one client go: one that has said its last, or the oldest where the limit wants that. */
function letOneGo(clients: readonly PortClient[], onLimit: OnLimit): boolean {
  const leaving = clients.find((client) => client.leaving);
  const goes = leaving ?? (onLimit === 'kick-oldest' ? clients[0] : undefined);
  goes?.dismiss(`a newer client takes its place (${leaving ? 'max_connections' : 'on_limit'})`, 'policy');
  return goes !== undefined;
}
