import type { PortStatus } from '../api/index.js';
import { keyOf } from '../ports/key.js';

/** Samples that are kept, one a second. */
export const SAMPLES = 60;

export interface Rate {
  /** Bytes a second from the device. */
  in: number;
  /** Bytes a second to the device. */
  out: number;
}

type Totals = Pick<PortStatus, 'bytes_read' | 'bytes_written'>;
type Sampled = Totals & Pick<PortStatus, 'name' | 'serial'>;

const STILL: readonly Rate[] = Array.from({ length: SAMPLES }, () => ({ in: 0, out: 0 }));

/** How fast a port was in the last minute, oldest first, from its totals. */
class RateHistory {
  rates = STILL;
  #last: { in: number; out: number; at: number } | undefined;

  /** @param at milliseconds */
  sample(port: Totals, at: number): void {
    const now = { in: port.bytes_read ?? 0, out: port.bytes_written ?? 0, at };
    const before = this.#last ?? now;
    this.#last = now;
    const seconds = (at - before.at) / 1000;
    // Totals that went back are those of a server that was restarted.
    const rate = (to: number, from: number) => (seconds > 0 && to >= from ? (to - from) / seconds : 0);
    const fresh = { in: rate(now.in, before.in), out: rate(now.out, before.out) };
    // A page that is not seen is given fewer turns than one a second.
    const times = Math.min(SAMPLES, Math.max(1, Math.round(seconds)));
    this.rates = [...this.rates.slice(times), ...Array.from({ length: times }, () => fresh)];
  }
}

/** The rates of all ports, whether or not they are looked at. */
export class Traffic {
  #histories = new Map<string, RateHistory>();
  /** The same, by the ports' indexes. */
  #inOrder: RateHistory[] = [];

  /** @param at milliseconds */
  sample(ports: readonly Sampled[], at: number): void {
    const histories = new Map<string, RateHistory>();
    this.#inOrder = ports.map((port, index) => {
      // Ports move in the list: what was one's own goes along with the name, and without one stays with place and device.
      const key = JSON.stringify([keyOf(ports, index), port.serial.match ?? port.serial.port]);
      const history = this.#histories.get(key) ?? new RateHistory();
      history.sample(port, at);
      histories.set(key, history);
      return history;
    });
    this.#histories = histories;
  }

  /** The same list until the next sample. */
  rates(index: number): readonly Rate[] {
    return this.#inOrder[index]?.rates ?? STILL;
  }
}
