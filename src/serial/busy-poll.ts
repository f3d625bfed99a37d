import { availableParallelism } from 'node:os';

/** In a conversation whose turns are this short, in milliseconds, waking a core that sleeps between them takes most of the time. */
const TURN_MS = 0.15;
/** Turns that make a conversation, and that count at most. */
const TURNS = 16;
const MOST_TURNS = 32;
/** What a turn that was not short takes away of them. */
const SLOW_TURNS = 8;
/** A question or an answer; what has more bytes is a transfer, and there throughput is what counts. */
const SHORT_BYTES = 256;
/** With one core the other side could not answer while this one looks. */
const SPARE_CORE = availableParallelism() > 1;

/** Who a chunk came from. */
export type Side = 'client' | 'device';

/**
 * Keeps the event loop looking while a client and its device talk in short turns, instead of sleeping between them, for no longer than such a
 * turn takes. It does what the kernel's busy polling does for sockets (net.core.busy_poll), with its costs: a core is busy
 * as long as they talk. The loop goes round, so nobody waits for it. What goes one way only, or slower, as over every UART, is left alone.
 */
export class BusyPoll {
  #side: Side | undefined;
  #last = 0;
  #turns = 0;
  #until = 0;
  #looking = false;

  constructor(private readonly spareCore = SPARE_CORE) {}

  heard(side: Side, bytes: number): void {
    if (!this.spareCore) return;
    const now = performance.now();
    this.#turns += this.#weight(side, bytes, now);
    this.#turns = Math.max(0, Math.min(this.#turns, MOST_TURNS));
    this.#side = side;
    this.#last = now;
    if (this.#turns < TURNS) return;
    this.#until = now + TURN_MS;
    if (this.#looking) return;
    this.#looking = true;
    setImmediate(this.#look);
  }

  #weight(side: Side, bytes: number, now: number): number {
    if (bytes > SHORT_BYTES || now - this.#last > TURN_MS) return -SLOW_TURNS;
    return side === this.#side ? -1 : 1;
  }

  readonly #look = (): void => {
    this.#looking = performance.now() < this.#until;
    if (this.#looking) setImmediate(this.#look);
  };
}
