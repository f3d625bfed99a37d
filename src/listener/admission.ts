import { IpFilter } from '../net/ip-filter.js';

/** A refused address is logged once in this time, so that a scanner cannot fill the log. */
const LOG_EVERY_MS = 60_000;
/** Addresses whose last line is remembered. */
const REMEMBERED_ADDRESSES = 1000;

export interface AdmissionRules {
  readonly allow?: string[];
  readonly deny?: string[];
  /** Clients at one time; 0 for no limit. */
  readonly max_connections: number;
}

/** Who may connect to one server. */
export class Admission {
  #filter: IpFilter;
  #limit: number;
  readonly #logged = new Map<string, number>();

  constructor(rules: AdmissionRules) {
    this.#filter = new IpFilter(rules);
    this.#limit = rules.max_connections;
  }

  update(rules: AdmissionRules): void {
    this.#filter = new IpFilter(rules);
    this.#limit = rules.max_connections;
  }

  /** Why a client is refused; undefined when it may come in. `ip` is undefined for a Unix socket's client. */
  refusal(ip: string | undefined, clients: number): string | undefined {
    if (ip !== undefined && !this.#filter.allows(ip)) return 'its address is not allowed (allow, deny)';
    if (this.#limit > 0 && clients >= this.#limit)
      return `the server has its ${this.#limit} clients (max_connections)`;
    return undefined;
  }

  /** Whether a refusal of this address is worth a line in the log. */
  worthLogging(ip: string | undefined): boolean {
    const key = ip ?? '';
    const now = performance.now();
    const last = this.#logged.get(key);
    if (last !== undefined && now - last < LOG_EVERY_MS) return false;
    this.#logged.delete(key);
    this.#logged.set(key, now);
    if (this.#logged.size > REMEMBERED_ADDRESSES)
      this.#logged.delete(this.#logged.keys().next().value as string);
    return true;
  }
}
