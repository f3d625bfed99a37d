/** What a timer can wait: 2^31 - 1 ms, not quite 25 days. */
const LONGEST_MS = 2 ** 31 - 1;

/** Rings at a time of the wall clock, or earlier: whoever is woken looks again and sets it anew. */
export class Alarm {
  #timer: NodeJS.Timeout | undefined;
  /** When it rings, by the wall clock. */
  #at = Infinity;

  constructor(private readonly ring: () => void) {}

  /** The earliest of these times counts; none, or only `Infinity`, sets no alarm. One that rings earlier is left as it is. */
  set(times: Iterable<number>): void {
    const now = Date.now();
    let next = Infinity;
    for (const time of times) next = Math.min(next, time);
    // Node keeps the list of a timer that was taken back, one for each length, for as long as it would have run.
    if (next === Infinity || (this.#timer && next >= this.#at && this.#at > now)) return;
    clearTimeout(this.#timer);
    this.#at = Math.min(Math.max(next, now), now + LONGEST_MS);
    this.#timer = setTimeout(() => this.#wake(), this.#at - now).unref();
  }

  #wake(): void {
    this.#timer = undefined;
    this.ring();
  }
}
