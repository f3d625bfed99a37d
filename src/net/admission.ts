import { IpFilter } from './ip-filter.js';
import type { ClientAddress } from './net-server.js';
import { RefusalLog } from './refusal-log.js';

export interface AdmissionRules {
  readonly allow?: string[];
  readonly deny?: string[];
}

/** Whose address may connect to one server, and what is said of those that may not come in. */
export class Admission {
  readonly refusals = new RefusalLog();
  readonly #filter: IpFilter;

  constructor(rules: AdmissionRules) {
    this.#filter = new IpFilter(rules);
  }

  /** A client of a Unix socket has no address and may always come in: the file's permissions have decided. */
  admits({ ip }: ClientAddress): boolean {
    return ip === undefined || this.#filter.allows(ip);
  }
}
