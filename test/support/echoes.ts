import { join } from 'node:path';
import { type Child, startChild } from './child.js';

/** Far above what a busy machine makes of a round trip, far below what a server makes that reads a body in quadratic time. */
const STALL_MS = 5000;

/** Echoes over a TCP port that gives back what it gets; how fast they are is in bench/. */
export class Echoes {
  readonly #meter: Child;

  constructor(port: number) {
    this.#meter = startChild(process.execPath, [join(import.meta.dirname, 'echo-meter.mjs'), String(port)]);
  }

  /** How many there were since the last time; none of them lost or changed a byte, and nothing stopped the event loop. */
  async count(): Promise<number> {
    this.#meter.in.write('\n');
    const { trips, wrong, slowest } = JSON.parse(await this.#meter.out.upTo('\n')) as Told;
    if (wrong.length > 0) throw new Error(`Not what was sent: ${wrong.slice(0, 5).join('; ')}`);
    if (slowest > STALL_MS) throw new Error(`An echo took ${Math.round(slowest)} ms`);
    return trips;
  }

  /** Done after so many more. */
  async more(count: number): Promise<void> {
    for (let left = count; left > 0;) left -= await this.count();
  }
}

interface Told {
  readonly trips: number;
  /** What came in place of what. */
  readonly wrong: readonly string[];
  /** In milliseconds. */
  readonly slowest: number;
}
