/** What a timer can wait: 2^31 - 1 ms, not quite 25 days. */
const LONGEST_MS = 2 ** 31 - 1;

/** Rings at a time of the wall clock, or earlier: whoever is woken looks again and sets it anew. */
export class Alarm {
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly ring: () => void) {}

  /** The earliest of these times counts; none, or only `Infinity`, sets no alarm. */
  set(times: Iterable<number>): void {
    clearTimeout(this.#timer);
    let next = Infinity;
    for (const time of times) next = Math.min(next, time);
    if (next === Infinity) return;
    const wait = Math.min(Math.max(next - Date.now(), 0), LONGEST_MS);
    this.#timer = setTimeout(this.ring, wait).unref();
  }
}
