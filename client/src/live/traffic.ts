import type { PortStatus } from '../api/index.js';

/** Samples that are kept, one a second. */
export const SAMPLES = 60;

export interface Rate {
  /** Bytes a second from the device. */
  in: number;
  /** Bytes a second to the device. */
  out: number;
}

/** How fast a port was in the last minute, oldest first, from its totals. */
export class RateHistory {
  readonly rates: Rate[] = Array.from({ length: SAMPLES }, () => ({ in: 0, out: 0 }));
  #last: { in: number; out: number; at: number } | undefined;

  /** @param at milliseconds */
  sample(port: Pick<PortStatus, 'bytes_read' | 'bytes_written'>, at: number): void {
    const now = { in: port.bytes_read ?? 0, out: port.bytes_written ?? 0, at };
    const before = this.#last;
    this.#last = now;
    const seconds = before ? (at - before.at) / 1000 : 0;
    // Totals that went back are those of a server that was restarted.
    const rate = (to: number, from: number) => (seconds > 0 && to >= from ? (to - from) / seconds : 0);
    this.rates.shift();
    this.rates.push(
      before ? { in: rate(now.in, before.in), out: rate(now.out, before.out) } : { in: 0, out: 0 },
    );
  }

  get now(): Rate {
    return this.rates.at(-1) ?? { in: 0, out: 0 };
  }
}
