import type { ClientAddress } from './net-server.js';

/** The same thing is said of one address once in this time, so that a scanner cannot fill the log. */
const LOG_EVERY_MS = 60_000;
/** Addresses and reasons that are remembered. */
const REMEMBERED = 1000;

/** Where it is said; each refusal at debug, one of many at warning. */
export interface RefusalSink {
  warn(line: string): void;
  debug(line: string): void;
}

interface Remembered {
  since: number;
  /** Refusals since then that were not said. */
  repeats: number;
  readonly tell: (repeats: number) => void;
}

/** Tells of clients that are refused: of the first of an address, and of how many more there were in each minute after it. */
export class RefusalLog {
  readonly #remembered = new Map<string, Remembered>();
  #timer: NodeJS.Timeout | undefined;

  /** `kind` is what counts as the same where the reason has more in it. */
  add(log: RefusalSink, { ip, text }: ClientAddress, reason: string, kind = reason): void {
    const key = `${ip} ${kind}`;
    const known = this.#remembered.get(key);
    if (known) {
      known.repeats++;
      log.debug(`refused ${text}: ${reason}`);
      return;
    }
    log.warn(`refused ${text}: ${reason}`);
    const tell = (repeats: number) =>
      log.warn(`refused ${ip ?? text} ${repeats} ${repeats === 1 ? 'time' : 'times'} more: ${reason}`);
    this.#remembered.set(key, { since: performance.now(), repeats: 0, tell });
    if (this.#remembered.size > REMEMBERED) this.#forget(this.#remembered.keys().next().value as string);
    this.#timer ??= setTimeout(() => this.#look(), LOG_EVERY_MS).unref();
  }

  /** Says what is left to be said. */
  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const key of this.#remembered.keys()) this.#forget(key);
  }

  #forget(key: string): void {
    const { repeats = 0, tell } = this.#remembered.get(key) ?? {};
    this.#remembered.delete(key);
    if (repeats > 0) tell?.(repeats);
  }

  /** At the end of the oldest minute. */
  #look(): void {
    const now = performance.now();
    let next = Infinity;
    for (const [key, known] of this.#remembered) {
      if (now - known.since >= LOG_EVERY_MS) {
        if (known.repeats === 0) {
          this.#remembered.delete(key);
          continue;
        }
        known.tell(known.repeats);
        known.repeats = 0;
        known.since = now;
      }
      next = Math.min(next, known.since + LOG_EVERY_MS - now);
    }
    this.#timer = next < Infinity ? setTimeout(() => this.#look(), Math.ceil(next)).unref() : undefined;
  }
}
