import { Injectable } from '@nestjs/common';
import { ConfigService } from '../config/config.service.js';
import { type Caller, callerEnd, NOBODY, openCaller } from './caller.js';

/** Users and API tokens of the configuration, and who a credential belongs to. */
@Injectable()
export class AccountsService {
  readonly #open = openCaller(callerEnd().signal);

  constructor(private readonly config: ConfigService) {}

  /** Whether any account exists; while none does, everybody may do everything. */
  get exist(): boolean {
    const { users, tokens } = this.config.current;
    return users.length > 0 || tokens.length > 0;
  }

  /** Who shows this credential: a session's or an API token; NOBODY for none that is valid. */
  identify(_credential: string | undefined): Caller {
    return this.exist ? NOBODY : this.#open;
  }
}
