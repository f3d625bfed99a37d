import { Socket } from 'node:net';
import { isDeepStrictEqual } from 'node:util';
import type { DropCause } from '../net/client-counts.js';
import type { ClientAddress } from '../net/net-server.js';
import type { Codec, CodecSink, Farewell, Signals } from '../protocol/codec.js';
import type { SignalWatcher } from '../serial/port-signals.js';
import type { PortClient } from '../serial/port-client.js';
import { unreadOfGone } from '../net/peer.js';
import { Heartbeat } from './heartbeat.js';
import { Hold } from './hold.js';
import { turnAway } from '../net/turn-away.js';
import type { ConnectionSettings, ConnectionSetup } from './connection-setup.js';
import { Outbox } from './outbox.js';

/**
 * How long after the last byte a client is kept that has closed its own direction: long enough for the answer to
 * `printf … | nc`, whose end such scripts wait for; socat waits as long. Most such clients are simply gone.
 */
const HALF_CLOSED_MS = 500;
/** How long the device is given to take what such a client sent last. */
const QUESTION_MS = 30_000;
/** Length of a break whose protocol does not name one. */
const BREAK_MS = 250;
/** Answers that may wait for a client before it is not read any more. */
const REPLY_BYTES = 64 * 1024;
/** Bytes of frames after which others have their turn. */
const TURN_BYTES = 16 * 1024;
/** A client's own mistakes are logged once in this time. */
const LOG_EVERY_MS = 10_000;
/** How long one whose login has ended is given to take what was sent to it before. */
const REVOKED_MS = 500;

/** Connections there have been in this process. */
let count = 0;

/** One connected client: a transport and a codec, joined to a port. Back-pressure both ways lives here. */
export class Connection implements PortClient {
  readonly since = new Date();
  /** Unique in the process, and never to be taken for an index: `c17`. */
  readonly id = `c${++count}`;
  readonly from: ClientAddress;
  readonly encode: Codec['encode'];
  readonly data: boolean;
  readonly watcher: SignalWatcher | undefined;
  bytesIn = 0;
  bytesOut = 0;
  #settings: ConnectionSettings;
  readonly #outbox: Outbox;
  readonly #sink: CodecSink;
  /** Whether it was let in. */
  #joined = false;
  #state: 'joining' | 'joined' | 'half-closed' | 'ending' | 'closed' = 'joining';
  /** Of the half-closed and the ending state. */
  #timer: NodeJS.Timeout | undefined;
  #idle: NodeJS.Timeout | undefined;
  #heartbeat: Heartbeat | undefined;
  #lastByte = performance.now();
  #inputEndedAt = Infinity;
  readonly #hold: Hold;
  #lastReport: Buffer | undefined;
  #lastIgnored = -Infinity;

  constructor(private readonly setup: ConnectionSetup) {
    const { from, stream, codec, settings, port } = setup;
    this.#settings = settings;
    this.from = from;
    this.encode = codec.encode;
    this.#hold = new Hold(stream);
    this.data = settings.data;
    this.#outbox = new Outbox((chunks, taken) => this.#write(chunks, taken), settings, {
      empty: () => this.#caughtUp(),
      overdue: (reason, cause) => this.#drop(reason, cause),
    });
    if (codec.report && settings.control) {
      const pollInterval = () => this.#pollInterval;
      this.watcher = {
        get pollInterval() {
          return pollInterval();
        },
        signals: (state, why) => this.#report(state, why),
      };
    }
    this.#sink = {
      data: (bytes) => port.write(this, bytes),
      reply: (bytes) => this.#reply(bytes),
      setLines: (lines) => port.setLines(this, lines),
      askLines: () => this.watcher && port.signals?.tell(this.watcher),
      sendBreak: (ms = BREAK_MS) => void port.sendBreak(ms),
      ignored: (what) => this.#ignored(what),
      active: () => {
        this.#touched();
        setup.active?.();
      },
      leave: (last, fault) => this.#left(last, fault),
    };
    stream.on('error', (error) => setup.log().debug(`${this.name} ${error.message}`));
    stream.on('close', () => this.#closed());
  }

  get name(): string {
    const { text, subject } = this.from;
    return subject === undefined ? text : `${text} (${subject})`;
  }

  /** Who it is, by its login, API token or certificate; undefined where that is not asked. */
  get user(): string | undefined {
    return this.from.subject;
  }

  /** Whether it takes a place among the clients that a server may have. */
  get active(): boolean {
    return this.#state !== 'ending' && this.#state !== 'closed';
  }

  get leaving(): boolean {
    return this.#state === 'half-closed';
  }

  /** Without lines that it is told of, nothing changes for it. */
  get #pollInterval(): number {
    const { signals = [], poll_interval = Infinity } = this.#settings.control ?? {};
    return signals.length > 0 ? poll_interval : Infinity;
  }

  get backlog(): number {
    return this.#outbox.bytes;
  }

  /** Lets the client in once the port's device is open. */
  async join(): Promise<void> {
    const { port, stream, codec } = this.setup;
    try {
      await port.join(this);
    } catch (error) {
      if (!this.active) return;
      const reason = (error as Error).message;
      this.setup.refused(reason);
      this.#state = 'ending';
      turnAway(stream, codec.farewell?.('failed', reason));
      return;
    }
    if (this.#state !== 'joining') return;
    this.#state = 'joined';
    this.#joined = true;
    this.setup.joined();
    this.setup.log().log(`connected ${this.name}`);
    this.#awaitBytes();
    if (codec.greeting) this.send(codec.greeting);
    if (codec.heartbeat) this.#heartbeat = this.#beat(codec.heartbeat);
    stream.on('end', () => this.#inputEnded());
    stream.on('data', (chunk: Buffer) => this.#received(chunk));
    if (!this.#hold.held) stream.resume();
  }

  /** Other settings, with the same codec; an idle client is given the whole of a new `idle_timeout`. */
  update(settings: ConnectionSettings): void {
    const before = this.#settings;
    this.#settings = settings;
    if (!this.active) return;
    this.#outbox.update(settings);
    if (settings.idle_timeout !== before.idle_timeout) this.#awaitBytes();
    const { control } = settings;
    if (!this.watcher || !control || isDeepStrictEqual(control, before.control)) return;
    this.setup.codec.allow?.(control);
    const { signals } = this.setup.port;
    if (this.#state !== 'joining' && signals) {
      signals.unwatch(this.watcher);
      signals.watch(this.watcher);
    }
  }

  #awaitBytes(): void {
    clearTimeout(this.#idle);
    this.#idle = undefined;
    const { idle_timeout } = this.#settings;
    if (idle_timeout === 0 || this.#state === 'joining') return;
    const tooLong = () => this.dismiss(`nothing was sent either way for ${idle_timeout} s (idle_timeout)`);
    this.#idle = setTimeout(tooLong, idle_timeout * 1000);
  }

  send(wire: Buffer): boolean {
    if (!this.active) return true;
    this.#touched();
    return this.#push(wire);
  }

  /** @returns whether the system has it already */
  #push(wire: Buffer): boolean {
    if (!this.active || wire.length === 0) return true;
    this.bytesOut += wire.length;
    this.setup.port.changed('bytes');
    return this.#outbox.push(wire);
  }

  pause(): void {
    this.#hold.take('port');
  }

  resume(): void {
    this.#hold.letGo('port');
  }

  dropIfGone(why: string): void {
    const unread = this.#hold.has('port') ? unreadOfGone(this.setup.stream) : undefined;
    if (unread !== undefined)
      this.#drop(`it has gone, and ${why}; ${unread} bytes that it sent were not read`, 'device');
  }

  /** Sends an answer of the protocol; a client that takes none of them is not asked for more. */
  #reply(bytes: Buffer): void {
    this.#push(bytes);
    if (this.backlog >= REPLY_BYTES) this.#hold.take('replies');
  }

  /** Ends the connection when all that it was sent is out, or `send_timeout` later. */
  dismiss(reason: string, why: Farewell = 'away'): void {
    if (!this.active) return;
    const unread =
      this.#state === 'joining' ? '; its device was not open yet, and nothing that it sent was read' : '';
    this.setup.log().log(`closing ${this.name}: ${reason}${unread}`);
    this.#finish(this.setup.codec.farewell?.(why, reason), why === 'revoked' ? REVOKED_MS : undefined);
  }

  /** The client has said its last, or must not go on. */
  #left(last: Buffer, fault: string | undefined): void {
    if (!this.active) return;
    if (fault !== undefined) this.setup.log().warn(`closing ${this.name}: it sent ${fault}`);
    this.#finish(last);
  }

  /** Ends the connection at once; the client sees a reset, not the regular end of a stream that lacks bytes. */
  #drop(reason: string, cause: DropCause): void {
    if (this.#state === 'closed') return;
    this.setup.log().warn(`dropped ${this.name}: ${reason}`);
    this.setup.dropped(cause);
    const { stream } = this.setup;
    if (stream instanceof Socket && stream.remotePort !== undefined) stream.resetAndDestroy();
    else stream.destroy();
  }

  #received(chunk: Buffer): void {
    this.bytesIn += chunk.length;
    this.setup.port.changed('bytes');
    this.#heartbeat?.heard();
    if (!this.setup.codec.heartbeat) this.#touched();
    if (this.active) this.setup.codec.decode(chunk, this.#sink);
    if (this.setup.codec.heartbeat && chunk.length > TURN_BYTES) this.#yieldTurn();
  }

  /** There may be thousands of frames in a read: the others come first, before the next. */
  #yieldTurn(): void {
    this.#hold.take('turn');
    setImmediate(() => this.#hold.letGo('turn'));
  }

  /** A byte went one way or the other. */
  #touched(): void {
    this.#lastByte = performance.now();
    this.#idle?.refresh();
  }

  /** Asks for a sign of life now and then. One that is not read cannot give any. */
  #beat(question: Buffer): Heartbeat {
    const ask = () => {
      if (this.#hold.held) this.#heartbeat?.heard();
      else this.#push(question);
    };
    return new Heartbeat(ask, (reason) => this.#drop(reason, 'silence'));
  }

  #write(chunks: readonly Buffer[], taken: () => void): boolean {
    const { stream } = this.setup;
    if (chunks.length > 1) stream.cork();
    chunks.forEach((chunk, index) => stream.write(chunk, index === chunks.length - 1 ? taken : undefined));
    if (chunks.length > 1) stream.uncork();
    return stream.writableLength === 0;
  }

  #caughtUp(): void {
    this.setup.port.caughtUp();
    this.setup.port.changed('bytes');
    this.#hold.letGo('replies');
    if (this.#state === 'ending') this.setup.stream.end();
  }

  /** Tells the client of its lines: what it asked for, and what differs from what it was told last. */
  #report(signals: Signals, why: 'first' | 'changed' | 'asked'): void {
    const { codec } = this.setup;
    const report = codec.report?.(signals);
    if (!report) return;
    const same = this.#lastReport?.equals(report) ?? false;
    this.#lastReport = report;
    if (codec.reportsNews ? same : why === 'first' || (why === 'changed' && same)) return;
    this.#touched();
    this.#reply(report);
  }

  #ignored(what: string): void {
    if (performance.now() - this.#lastIgnored < LOG_EVERY_MS) return;
    this.#lastIgnored = performance.now();
    this.setup.log().warn(`${this.name} sent what is ignored: ${what}`);
  }

  #inputEnded(): void {
    if (this.#state !== 'joined') return;
    this.#state = 'half-closed';
    this.#inputEndedAt = performance.now();
    this.#awaitSilence();
  }

  #awaitSilence(): void {
    const now = performance.now();
    // The answer cannot come before the question is out, but a device that takes nothing is not waited for.
    const waits = this.setup.port.queued > 0 || this.backlog > 0;
    if (waits && now < this.#inputEndedAt + QUESTION_MS) this.#lastByte = now;
    const left = this.#lastByte + HALF_CLOSED_MS - now;
    if (left <= 0) this.#finish();
    else this.#timer = setTimeout(() => this.#awaitSilence(), Math.ceil(left));
  }

  #finish(last?: Buffer, ms = this.#settings.send_timeout * 1000): void {
    if (last) this.#push(last);
    this.#state = 'ending';
    clearTimeout(this.#timer);
    clearTimeout(this.#idle);
    this.#heartbeat?.stop();
    const { port, stream } = this.setup;
    port.leave(this);
    // Bytes left unread at the end would make the system reset the connection, and with it what is still to be sent.
    stream.resume();
    if (this.backlog === 0) stream.end();
    this.#timer = setTimeout(() => stream.destroy(), ms);
  }

  #closed(): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    clearTimeout(this.#timer);
    clearTimeout(this.#idle);
    this.#heartbeat?.stop();
    this.#outbox.close();
    this.setup.port.leave(this);
    if (this.#joined) this.setup.log().log(`disconnected ${this.name}`);
    this.setup.closed();
  }
}
