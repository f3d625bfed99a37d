import { Injectable } from '@nestjs/common';
import type { Config } from '../config/config.js';
import { type AppliedChange, type ConfigApplier, ConfigService } from '../config/config.service.js';
import { digestOf } from '../config/stored-token.js';
import { ApiToken } from './api-token.js';
import { ApiTokens } from './api-tokens.js';
import { type Caller, callerEnd, NOBODY, openCaller } from './caller.js';
import { Session } from './session.js';
import { Sessions } from './sessions.js';

/** Who a credential belongs to. What the configuration says of users and tokens counts at once. */
@Injectable()
export class AccountsService implements ConfigApplier {
  #openEnd = callerEnd();
  #open = openCaller(this.#openEnd.signal);

  constructor(
    private readonly config: ConfigService,
    private readonly sessions: Sessions,
    private readonly tokens: ApiTokens,
  ) {
    // Before all others: nothing comes between a change and the end of the sessions that it ends.
    config.register(this);
  }

  /** Whether any account exists; while none does, everybody may do everything. */
  get exist(): boolean {
    const { users, tokens } = this.config.current;
    return users.length > 0 || tokens.length > 0;
  }

  /** Who shows this credential, a session's token or an API token; NOBODY for none that is valid. */
  identify(credential: string | undefined): Caller {
    if (!this.exist) return this.#open;
    if (credential === undefined) return NOBODY;
    // Looked up by hash: how long it takes says nothing about the tokens that there are.
    const digest = digestOf(credential);
    const caller = this.tokens.find(digest) ?? this.sessions.find(digest);
    if (caller) this.seen(caller);
    return caller ?? NOBODY;
  }

  /** A caller does something: its session stays open. For what is no request, such as keys typed in a terminal. */
  seen(caller: Caller): void {
    if (caller instanceof Session) this.sessions.touch(caller);
    if (caller instanceof ApiToken) this.tokens.touch(caller);
  }

  apply(): Promise<AppliedChange> {
    return Promise.resolve({
      undo: () => Promise.resolve(),
      settle: () => {
        this.#follow(this.config.current);
        return Promise.resolve();
      },
    });
  }

  #follow(current: Config): void {
    this.sessions.follow(current);
    this.tokens.follow(current);
    if (this.exist) {
      this.#openEnd.abort();
    } else if (this.#openEnd.signal.aborted) {
      this.#openEnd = callerEnd();
      this.#open = openCaller(this.#openEnd.signal);
    }
  }
}
