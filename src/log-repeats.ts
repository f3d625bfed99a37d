/** In so long the same event is written once. */
const ONCE_IN_MS = 1000;
/** Events that are remembered. With more of them in a second none of them repeats much. */
const REMEMBERED = 10_000;

interface Seen<T> {
  readonly event: T;
  readonly until: number;
  leftOut: number;
}

/** Lets the same event through once a second, and tells afterwards how often it was left out. */
export class LogRepeats<T> {
  readonly #seen = new Map<string, Seen<T>>();
  #sweep: NodeJS.Timeout | undefined;

  /** @param leftOut is told of an event that came again within its second, and how many times */
  constructor(private readonly leftOut: (event: T, times: number) => void) {}

  /** Whether an event may be written; those of the same key are the same. */
  admits(key: string, event: T): boolean {
    const seen = this.#seen.get(key);
    const now = performance.now();
    if (seen && now < seen.until) {
      seen.leftOut++;
      return false;
    }
    this.#tell(key);
    if (this.#seen.size < REMEMBERED) this.#seen.set(key, { event, until: now + ONCE_IN_MS, leftOut: 0 });
    this.#sweep ??= setInterval(() => this.#forget(performance.now()), ONCE_IN_MS).unref();
    return true;
  }

  /** Tells what is still to be told. */
  flush(): void {
    this.#forget(Infinity);
  }

  #forget(now: number): void {
    for (const [key, { until }] of this.#seen) if (until <= now) this.#tell(key);
    if (this.#seen.size > 0) return;
    clearInterval(this.#sweep);
    this.#sweep = undefined;
  }

  #tell(key: string): void {
    const seen = this.#seen.get(key);
    this.#seen.delete(key);
    if (seen && seen.leftOut > 0) this.leftOut(seen.event, seen.leftOut);
  }
}
