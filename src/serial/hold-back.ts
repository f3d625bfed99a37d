import type { PortClient } from './port-client.js';
import {
  BITS_PER_BYTE,
  BLOCK_BYTES,
  QUEUE_BYTES,
  READ_ON_BYTES,
  RESUME_BYTES,
  STUCK_BYTES,
} from './port-limits.js';

/** How long a device takes nothing, beyond what the line takes, before its clients are looked at, and how often then. */
const LOOK_MS = 5000;
/** The same before those that have gone are given up: their last words may be a job for a printer that waits for paper. */
const GIVE_UP_MS = 3_600_000;

/** What the clients are held back by. */
export interface Queue {
  /** What waits for the device, in bytes. */
  readonly load: number;
}

/**
 * Pauses the clients that write while their device does not drain. A client that is not read cannot be seen to leave, so
 * when the device takes nothing at all, each is read on a little; who has more to say than that and has gone is given up.
 */
export class HoldBack {
  /** Those that are held back, with the bytes that each may still send while the device takes nothing. */
  readonly #held = new Map<PortClient, number>();
  /** When the device took something last, or the first of them was held back. */
  #takenAt = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly queue: Queue,
    private readonly baudrate: () => number,
  ) {}

  /** A client is there whose bytes may be too much already. */
  joined(client: PortClient): void {
    if (this.queue.load >= STUCK_BYTES) this.#hold(client, 0);
  }

  /** A client's bytes, or what counts as such, were queued. */
  wrote(client: PortClient, bytes: number): void {
    const left = this.#held.get(client);
    if (left !== undefined) this.#hold(client, left - bytes);
    else if (this.queue.load >= QUEUE_BYTES) this.#hold(client, READ_ON_BYTES);
  }

  left(client: PortClient): void {
    this.#held.delete(client);
  }

  /** The device took something. */
  taken(): void {
    this.#takenAt = performance.now();
    if (this.queue.load > RESUME_BYTES) return;
    for (const client of this.#held.keys()) client.resume();
    this.#held.clear();
  }

  /** Nobody is asked for more. */
  stop(): void {
    clearInterval(this.#timer);
    this.#held.clear();
  }

  #hold(client: PortClient, left: number): void {
    if (this.#held.size === 0) this.#takenAt = performance.now();
    // One that is read on goes on until it has sent what it may, or all of them together have.
    if (!this.#held.has(client) || left <= 0 || this.queue.load >= STUCK_BYTES) client.pause();
    this.#held.set(client, left);
    this.#timer ??= setInterval(() => this.#look(), LOOK_MS);
  }

  #look(): void {
    if (this.#held.size === 0) {
      clearInterval(this.#timer);
      this.#timer = undefined;
      return;
    }
    // A queue goes out in large blocks, each is taken as a whole, and that is not told before the line has most of it.
    const onTheLine = (BLOCK_BYTES * BITS_PER_BYTE * 1000) / this.baudrate();
    const ms = performance.now() - this.#takenAt - onTheLine;
    if (ms < LOOK_MS) return;
    for (const [client, left] of this.#held) {
      if (left > 0 && this.queue.load < STUCK_BYTES) client.resume();
      else if (ms > GIVE_UP_MS) client.dropIfGone('the device has taken nothing for an hour');
    }
  }
}
