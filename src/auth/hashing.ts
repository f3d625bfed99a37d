import { Injectable } from '@nestjs/common';
import { TooBusy } from './auth.errors.js';

/** Each takes a core and 64 MiB for 0.1 to 0.2 s. */
const AT_ONCE = 2;
/** What would wait longer than some seconds is refused: of all who ask, and of one of them. */
const WAITING = 64;
const WAITING_EACH = 16;

/** Password hashing, off the event loop and at most two at a time, so that it cannot slow down the ports. */
@Injectable()
export class Hashing {
  #running = 0;
  #waiting = 0;
  /** Who waits, each with his tasks. The first of them is next, and then the last. */
  readonly #queues = new Map<string, (() => void)[]>();

  /**
   * Runs a task in its turn. Those who ask take turns, so that nobody who asks often holds up the others.
   * @throws TooBusy when too many wait
   */
  async run<T>(by: string, task: () => Promise<T>): Promise<T> {
    if (this.#running < AT_ONCE) this.#running++;
    else await this.#turn(by);
    try {
      return await task();
    } finally {
      this.#next();
    }
  }

  async #turn(by: string): Promise<void> {
    const queue = this.#queues.get(by) ?? [];
    if (queue.length >= WAITING_EACH) throw new TooBusy(429);
    if (this.#waiting >= WAITING) throw new TooBusy(503);
    this.#waiting++;
    this.#queues.set(by, queue);
    await new Promise<void>((resolve) => queue.push(resolve));
  }

  /** Hands on the place of a task that is done. */
  #next(): void {
    const [first] = this.#queues;
    if (!first) {
      this.#running--;
      return;
    }
    const [by, [start, ...others]] = first;
    this.#queues.delete(by);
    if (others.length > 0) this.#queues.set(by, others);
    this.#waiting--;
    start?.();
  }
}
