import type { Logger } from '@nestjs/common';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Codec, CodecSink } from '../protocol/codec.js';
import type { PortClient, SerialPort } from '../serial/serial-port.js';
import type { ClientAddress } from './listener.js';
import { Outbox, OutboxLimits } from './outbox.js';

/**
 * How long a client that has closed its own direction is kept while nothing comes for it: long enough for the answer to
 * `printf … | nc`, and the end of the connection is what such scripts wait for.
 */
const HALF_CLOSED_MS = 1000;

export interface ConnectionSetup {
  readonly id: number;
  readonly stream: Duplex;
  readonly from: ClientAddress;
  readonly codec: Codec;
  readonly limits: OutboxLimits;
  readonly port: SerialPort;
  readonly log: Logger;
  /** Called once, when nothing is left of the connection. */
  closed(why: 'left' | 'dismissed' | 'dropped' | 'refused'): void;
}

/** One connected client: a transport and a codec, joined to a port. Back-pressure both ways lives here. */
export class Connection implements PortClient {
  readonly since = new Date();
  readonly encode: Codec['encode'];
  bytesIn = 0;
  bytesOut = 0;
  readonly #outbox: Outbox;
  readonly #sink: CodecSink;
  #end: 'left' | 'dismissed' | 'dropped' | 'refused' = 'left';
  #state: 'joining' | 'joined' | 'half-closed' | 'ending' | 'closed' = 'joining';
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly setup: ConnectionSetup) {
    const { stream, codec } = setup;
    this.encode = codec.encode;
    this.#outbox = new Outbox((chunks, taken) => this.#write(chunks, taken), setup.limits, {
      empty: () => this.#caughtUp(),
      overdue: (reason) => this.drop(reason),
    });
    this.#sink = {
      data: (bytes) => setup.port.write(this, bytes),
      reply: (bytes) => this.send(bytes),
      setLines: () => {},
      askLines: () => {},
      sendBreak: () => {},
      ignored: (what) => setup.log.warn(`${this.name} ${what}`),
    };
    stream.on('error', (error) => setup.log.debug(`${this.name} ${error.message}`));
    stream.on('close', () => this.#closed());
  }

  get id(): number {
    return this.setup.id;
  }

  get name(): string {
    return this.setup.from.text;
  }

  get address(): ClientAddress {
    return this.setup.from;
  }

  get backlog(): number {
    return this.#outbox.bytes;
  }

  /** Lets the client in once the port's device is open. */
  async join(): Promise<void> {
    const { port, stream, codec, log } = this.setup;
    try {
      await port.join(this);
    } catch (error) {
      log.warn(`refused ${this.name}: ${(error as Error).message}`);
      this.#end = 'refused';
      stream.destroy();
      return;
    }
    if (this.#state !== 'joining') return;
    this.#state = 'joined';
    log.log(`connected ${this.name}`);
    if (codec.greeting) this.send(codec.greeting);
    stream.on('end', () => this.#inputEnded());
    stream.on('data', (chunk: Buffer) => this.#received(chunk));
    stream.resume();
  }

  send(wire: Buffer): void {
    if (this.#state === 'closed' || this.#state === 'ending') return;
    this.bytesOut += wire.length;
    this.#outbox.push(wire);
    if (this.#state === 'half-closed') this.#timer?.refresh();
  }

  pause(): void {
    this.setup.stream.pause();
  }

  resume(): void {
    this.setup.stream.resume();
  }

  setLimits(limits: OutboxLimits): void {
    this.#outbox.limits = limits;
  }

  /** Ends the connection when all that it was sent is out, or `send_timeout` later. */
  dismiss(reason: string): void {
    if (this.#state === 'closed' || this.#state === 'ending') return;
    this.setup.log.log(`closing ${this.name}: ${reason}`);
    this.#end = 'dismissed';
    this.#finish();
  }

  /** Ends the connection at once; the client sees a reset, not the regular end of a stream that lacks bytes. */
  drop(reason: string): void {
    if (this.#state === 'closed') return;
    this.setup.log.warn(`dropped ${this.name}: ${reason}`);
    this.#end = 'dropped';
    const { stream } = this.setup;
    if (stream instanceof Socket && stream.remotePort !== undefined) stream.resetAndDestroy();
    else stream.destroy();
  }

  #received(chunk: Buffer): void {
    this.bytesIn += chunk.length;
    if (this.#state === 'joined') this.setup.codec.decode(chunk, this.#sink);
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
    if (this.#state === 'ending') this.setup.stream.end();
  }

  #inputEnded(): void {
    if (this.#state !== 'joined') return;
    this.#state = 'half-closed';
    const silent = () => {
      if (this.setup.port.queued > 0 || this.backlog > 0) this.#timer = setTimeout(silent, HALF_CLOSED_MS);
      else this.#finish();
    };
    this.#timer = setTimeout(silent, HALF_CLOSED_MS);
  }

  #finish(): void {
    this.#state = 'ending';
    clearTimeout(this.#timer);
    const { port, stream, limits } = this.setup;
    port.leave(this);
    // Bytes left unread at the end would make the system reset the connection, and with it what is still to be sent.
    stream.resume();
    if (this.backlog === 0) stream.end();
    this.#timer = setTimeout(() => stream.destroy(), limits.send_timeout * 1000);
  }

  #closed(): void {
    if (this.#state === 'closed') return;
    const joined = this.#state !== 'joining';
    this.#state = 'closed';
    clearTimeout(this.#timer);
    this.#outbox.close();
    this.setup.port.leave(this);
    if (joined) this.setup.log.log(`disconnected ${this.name}`);
    this.setup.closed(this.#end);
  }
}
