import { type Caller, callerEnd } from './caller.js';

/** What is kept of a session over a restart. Times are milliseconds since 1970. */
export interface SessionRecord {
  /** SHA-256 of its token, which only the client has. */
  readonly digest: string;
  readonly login: string;
  /** SHA-256 of the stored password that it was opened with. */
  readonly password: string;
  readonly created: number;
  readonly seen: number;
}

/** Somebody who has logged in. */
export class Session implements Caller {
  readonly kind = 'user';
  readonly #end = callerEnd();
  /** When it was used last. */
  seen: number;
  /** When it was used last by what the file says. */
  keptSeen = 0;

  constructor(
    readonly digest: string,
    readonly name: string,
    public admin: boolean,
    /** The user's password as it is stored: another one ends the session. */
    public password: string,
    readonly created: number,
    seen = created,
  ) {
    this.seen = seen;
  }

  get ended(): AbortSignal {
    return this.#end.signal;
  }

  end(): void {
    this.#end.abort();
  }
}
