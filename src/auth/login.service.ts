import { Injectable, Logger } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { ConfigService } from '../config/config.service.js';
import { sentence } from '../errors.js';
import { clientOf } from '../net/request-client.js';
import type { WrittenAccount } from './account-changes.js';
import { AccountsService } from './accounts.service.js';
import { audit, auditRefusal } from './audit.js';
import type { LoginDto, SessionDto } from './auth.dto.js';
import { LoginFailed, NoAccounts } from './auth.errors.js';
import { type Caller, NOBODY } from './caller.js';
import { networkOf } from './client-network.js';
import { Hashing } from './hashing.js';
import { LoginLimits } from './login-limits.js';
import { hashPassword, isOutdated, verifyPassword } from './password.js';
import { Session } from './session.js';
import { Sessions } from './sessions.js';
import { OK, type OkDto } from '../ok.dto.js';

/** Logging in and out. */
@Injectable()
export class LoginService {
  readonly #log = new Logger('accounts');

  constructor(
    private readonly accounts: AccountsService,
    private readonly config: ConfigService,
    private readonly hashing: Hashing,
    private readonly limits: LoginLimits,
    private readonly sessions: Sessions,
  ) {}

  /** @throws NoAccounts */
  requireAccounts(): void {
    if (!this.accounts.exist) throw new NoAccounts();
  }

  /** @throws LoginFailed, TooManyLogins, TooBusy */
  async login({ login, password }: LoginDto, request: IncomingMessage): Promise<SessionDto> {
    const { ip = '' } = clientOf(request);
    await this.limits.check(login, ip);
    const right = await this.hashing.run(networkOf(ip), async () => {
      // Others have been counted while this one waited.
      await this.limits.check(login, ip);
      const stored = this.#user(login)?.password;
      const matches = await verifyPassword(password, stored);
      // An old file may have the hash of an empty one.
      if (matches && password !== '' && this.#user(login)?.password === stored) return true;
      await this.#failed(login, request);
      return false;
    });
    if (!right) throw new LoginFailed();
    await this.limits.succeeded(login, ip);
    await this.#renewHash(login, password, networkOf(ip));
    const user = this.#user(login);
    if (!user) throw new LoginFailed();
    const token = this.sessions.create(user);
    audit({ ...NOBODY, kind: 'user', name: login }, request, 'login');
    return { token };
  }

  logout(caller: Caller, request: IncomingMessage): OkDto {
    if (caller instanceof Session) {
      this.sessions.end(caller);
      audit(caller, request, 'logout');
    }
    return OK;
  }

  async #failed(login: string, request: IncomingMessage): Promise<void> {
    const held = await this.limits.failed(login, clientOf(request).ip ?? '');
    const what = held ? 'login failed, more are refused for a while' : 'login failed';
    // An unknown login may be a password that was typed into the wrong field.
    auditRefusal(NOBODY, request, what, { login: this.#user(login) ? login : '(unknown)' });
  }

  #user(login: string) {
    return this.config.current.users.find((user) => user.login === login);
  }

  /** A password that is stored in an old form is stored in today's, now that it is known. */
  async #renewHash(login: string, password: string, by: string): Promise<void> {
    const old = this.#user(login)?.password;
    if (old === undefined || !isOutdated(old)) return;
    try {
      const stored = await this.hashing.run(by, () => hashPassword(password));
      await this.sessions.whileRehashing(old, stored, () =>
        this.config.change((draft) => {
          const users = (draft.users ?? []) as WrittenAccount[];
          const user = users.find((one) => one['login'] === login && one['password'] === old);
          if (user) user['password'] = stored;
        }),
      );
    } catch (error) {
      this.#log.warn(`the old hash of a password was not replaced: ${sentence(error)}`);
    }
  }
}
