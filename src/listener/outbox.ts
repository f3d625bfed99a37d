import type { DropCause } from '../net/client-counts.js';

/** Bytes handed to a socket at one time, so that it is seen when a slow client takes some. */
const BATCH_BYTES = 256 * 1024;

export interface OutboxLimits {
  /** Seconds within which bytes must be taken. */
  readonly send_timeout: number;
  /** Bytes that may wait; null for no limit. */
  readonly buffer_limit: number | null;
}

/** Writes chunks in their order and calls `taken` when the system has all of them; true when it has them already. */
export type SendChunks = (chunks: readonly Buffer[], taken: () => void) => boolean;

export interface OutboxEvents {
  /** All was taken, after some had to wait. */
  empty(): void;
  /** The client does not keep up; what waits is given up. */
  overdue(reason: string, cause: DropCause): void;
}

/** What waits to be sent to one client: how much, and for how long. */
export class Outbox {
  readonly #send: SendChunks;
  readonly #events: OutboxEvents;
  #waiting: { chunk: Buffer; since: number }[] = [];
  #waitingBytes = 0;
  /** What the system was given and has not taken. */
  #sending: { bytes: number; since: number } | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;
  #limits: OutboxLimits;

  constructor(send: SendChunks, limits: OutboxLimits, events: OutboxEvents) {
    this.#send = send;
    this.#limits = limits;
    this.#events = events;
  }

  get bytes(): number {
    return this.#waitingBytes + (this.#sending?.bytes ?? 0);
  }

  /** Other limits; they count for what waits already, too. */
  update(limits: OutboxLimits): void {
    this.#limits = limits;
    clearTimeout(this.#timer);
    this.#look();
    this.#checkSize();
  }

  /** @returns whether the system took it at once, so that it is not needed any more */
  push(chunk: Buffer): boolean {
    if (this.#closed) return true;
    if (!this.#sending) {
      if (this.#write([chunk], chunk.length, performance.now())) return true;
    } else {
      this.#waiting.push({ chunk, since: performance.now() });
      this.#waitingBytes += chunk.length;
    }
    this.#checkSize();
    return false;
  }

  /** Stops watching; nothing is sent any more. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#waiting = [];
    this.#waitingBytes = 0;
  }

  /** @returns whether the system took all of it at once */
  #write(chunks: Buffer[], bytes: number, since: number): boolean {
    let waited = false;
    const atOnce = this.#send(chunks, () => {
      if (!waited) return;
      this.#sending = undefined;
      this.#next();
    });
    if (atOnce) return true;
    waited = true;
    this.#sending = { bytes, since };
    this.#timer ??= setTimeout(() => this.#look(), this.#limits.send_timeout * 1000);
    return false;
  }

  /** Sends what waits, batch by batch, for as long as the system takes it at once. */
  #next(): void {
    while (this.#waiting.length) {
      let count = 0;
      let bytes = 0;
      const since = this.#waiting[0]?.since ?? 0;
      const chunks: Buffer[] = [];
      for (; count < this.#waiting.length && bytes < BATCH_BYTES; count++) {
        const chunk = this.#waiting[count]?.chunk as Buffer;
        chunks.push(chunk);
        bytes += chunk.length;
      }
      this.#waiting.splice(0, count);
      this.#waitingBytes -= bytes;
      if (!this.#write(chunks, bytes, since)) return;
    }
    if (!this.#closed) this.#events.empty();
  }

  #checkSize(): void {
    const { buffer_limit } = this.#limits;
    if (!this.#closed && buffer_limit !== null && this.bytes > buffer_limit)
      this.#giveUp(`more than ${buffer_limit} bytes were waiting for it (buffer_limit)`, 'buffer_limit');
  }

  /** How long the oldest byte has waited. */
  #look(): void {
    this.#timer = undefined;
    if (!this.#sending || this.#closed) return;
    const { send_timeout } = this.#limits;
    const left = send_timeout * 1000 - (performance.now() - this.#sending.since);
    if (left > 0) this.#timer = setTimeout(() => this.#look(), Math.ceil(left));
    else this.#giveUp(`it did not take its bytes within ${send_timeout} s (send_timeout)`, 'send_timeout');
  }

  #giveUp(reason: string, cause: DropCause): void {
    const bytes = this.bytes;
    this.close();
    this.#events.overdue(`${reason}; ${bytes} bytes were not sent`, cause);
  }
}
