import { IpFilter } from './ip-filter.js';
import type { ClientAddress } from './net-server.js';

/** The same thing is said of one address once in this time, so that a scanner cannot fill the log. */
const LOG_EVERY_MS = 60_000;
/** Lines that are remembered. */
const REMEMBERED_LINES = 1000;

export interface AdmissionRules {
  readonly allow?: string[];
  readonly deny?: string[];
}

/** Whose address may connect to one server, and which refusals are worth a line in the log. */
export class Admission {
  readonly #filter: IpFilter;
  readonly #logged = new Map<string, number>();

  constructor(rules: AdmissionRules) {
    this.#filter = new IpFilter(rules);
  }

  /** A client of a Unix socket has no address and may always come in: the file's permissions have decided. */
  admits({ ip }: ClientAddress): boolean {
    return ip === undefined || this.#filter.allows(ip);
  }

  worthLogging({ ip }: ClientAddress, reason: string): boolean {
    const key = `${ip} ${reason}`;
    const now = performance.now();
    const last = this.#logged.get(key);
    if (last !== undefined && now - last < LOG_EVERY_MS) return false;
    this.#logged.delete(key);
    this.#logged.set(key, now);
    if (this.#logged.size > REMEMBERED_LINES) this.#logged.delete(this.#logged.keys().next().value as string);
    return true;
  }
}
