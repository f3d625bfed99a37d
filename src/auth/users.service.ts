import { Injectable } from '@nestjs/common';
import { ConfigService } from '../config/config.service.js';
import { isPasswordHash } from '../config/rules.js';
import { AccountChanges, type Accounts, type WrittenAccount } from './account-changes.js';
import type { NewUserDto, UserAddedDto, UserChangesDto, UserViewDto } from './auth.dto.js';
import { AccountExists, NoSuchAccount } from './auth.errors.js';
import type { Caller } from './caller.js';
import type { Audit } from './decorators.js';
import { Hashing } from './hashing.js';
import { hashPassword } from './password.js';
import { Sessions } from './sessions.js';
import { OK, type OkDto } from '../ok.dto.js';

/** Who can log in. */
@Injectable()
export class UsersService {
  constructor(
    private readonly config: ConfigService,
    private readonly changes: AccountChanges,
    private readonly hashing: Hashing,
    private readonly sessions: Sessions,
  ) {}

  list(): UserViewDto[] {
    return this.config.current.users.map(({ login, admin, session_timeout: timeout }) => ({
      login,
      admin,
      ...(typeof timeout === 'number' && { session_timeout: timeout }),
    }));
  }

  /** @throws NoSuchAccount */
  require(login: string): void {
    if (!this.config.current.users.some((user) => user.login === login)) throw new NoSuchAccount('user');
  }

  /** The first user is administrator, and logged in at once. */
  async add(body: NewUserDto, caller: Caller, audit: Audit): Promise<UserAddedDto> {
    const { login, session_timeout: timeout } = body;
    const refuseSecond = (taken: boolean) => {
      if (taken) throw new AccountExists(`There is a user "${login}" already`);
    };
    refuseSecond(this.config.current.users.some((user) => user.login === login));
    const password = await this.#stored(body.password);
    const made = { first: false, admin: body.admin ?? false };
    await this.changes.change(caller, ({ users }) => {
      refuseSecond(users.some((user) => user['login'] === login));
      made.first = users.length === 0;
      made.admin ||= made.first;
      users.push({
        login,
        password,
        admin: made.admin,
        ...(typeof timeout === 'number' && { session_timeout: timeout }),
      });
    });
    audit('user added', { login, admin: made.admin, session_timeout: timeout ?? undefined });
    const user = this.config.current.users.find((one) => one.login === login);
    return { ok: true, ...(made.first && user && { token: this.sessions.create(user) }) };
  }

  async change(login: string, body: UserChangesDto, caller: Caller, audit: Audit): Promise<OkDto> {
    const { admin, session_timeout: timeout } = body;
    const password = body.password ? await this.#stored(body.password) : undefined;
    const changed = await this.changes.change(caller, (accounts) => {
      const user = written(accounts, login);
      if (password !== undefined) user['password'] = password;
      if (typeof admin === 'boolean') user['admin'] = admin;
      if (timeout === null) delete user['session_timeout'];
      else if (timeout !== undefined) user['session_timeout'] = timeout;
    });
    const renewed = password === undefined ? undefined : 'new';
    if (changed)
      audit('user changed', {
        login,
        admin: admin ?? undefined,
        session_timeout: timeout,
        password: renewed,
      });
    return OK;
  }

  async remove(login: string, caller: Caller, audit: Audit): Promise<OkDto> {
    await this.changes.change(caller, (accounts) => {
      accounts.users.splice(accounts.users.indexOf(written(accounts, login)), 1);
    });
    audit('user deleted', { login });
    return OK;
  }

  #stored(password: string): Promise<string> {
    return isPasswordHash(password)
      ? Promise.resolve(password)
      : this.hashing.run('administration', () => hashPassword(password));
  }
}

function written({ users }: Accounts, login: string): WrittenAccount {
  const user = users.find((one) => one['login'] === login);
  if (!user) throw new NoSuchAccount('user');
  return user;
}
