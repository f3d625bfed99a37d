import { Injectable } from '@nestjs/common';
import type { ConfigDocument } from '../config/config.js';
import { ConfigService } from '../config/config.service.js';
import { NobodyAdmin, NotLoggedIn } from './auth.errors.js';
import type { Caller } from './caller.js';

/** Entries of `users` and `tokens` as they stand in the file. */
export type WrittenAccount = Record<string, unknown>;
export interface Accounts {
  users: WrittenAccount[];
  tokens: WrittenAccount[];
}

/** Changes of users and tokens: none leaves nobody who could make the next one. */
@Injectable()
export class AccountChanges {
  constructor(private readonly config: ConfigService) {}

  /**
   * @returns whether anything differs
   * @throws NobodyAdmin; NotLoggedIn when the caller has lost his rights meanwhile
   */
  change(caller: Caller, edit: (accounts: Accounts) => void): Promise<boolean> {
    return this.config.change((draft) => {
      if (caller.ended.aborted) throw new NotLoggedIn();
      const accounts = accountsOf(draft);
      const before = { admins: admins(accounts), all: accounts.users.length + accounts.tokens.length };
      edit(accounts);
      if (accounts.users.length > 0) draft.users = accounts.users;
      if (accounts.tokens.length > 0) draft.tokens = accounts.tokens;
      if (admins(accounts) > 0) return;
      if (before.all === 0)
        throw new NobodyAdmin('Nobody would be administrator: the first account must be one, and not expire');
      if (before.admins > 0)
        throw new NobodyAdmin(
          'Nobody would be administrator: make another user or token administrator first',
        );
    });
  }
}

/** A list that is there is the draft's own. */
const accountsOf = ({ users, tokens }: ConfigDocument) =>
  ({ users: users ?? [], tokens: tokens ?? [] }) as Accounts;

/** A token that will expire is none to rely on. */
const admins = ({ users, tokens }: Accounts): number =>
  [...users, ...tokens.filter(({ expires }) => typeof expires !== 'string')].filter(
    // The file may have 1 for true.
    ({ admin }) => admin === true || admin === 1,
  ).length;
