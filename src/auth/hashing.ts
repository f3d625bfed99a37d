import { Injectable } from '@nestjs/common';
import { TooBusy } from './auth.errors.js';

/** Each takes a core and 64 MiB for 0.1 to 0.2 s. */
const AT_ONCE = 2;
/** What waits longer than some 3 s is not worth waiting for. */
const WAITING = 32;
const RETRY_SECONDS = 3;

/** Password hashing, off the event loop and at most two at a time, so that it cannot slow down the ports. */
@Injectable()
export class Hashing {
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  /** Runs a task in its turn; @throws TooBusy when too many wait */
  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.#running < AT_ONCE) this.#running++;
    else if (this.#waiting.length >= WAITING) throw new TooBusy(RETRY_SECONDS);
    // Whoever is done hands on his place.
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await task();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running--;
    }
  }
}
