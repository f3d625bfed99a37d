import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AccountsService } from '../../src/auth/accounts.service.js';
import { ApiTokens } from '../../src/auth/api-tokens.js';
import { Sessions } from '../../src/auth/sessions.js';
import { StateFile } from '../../src/auth/state-file.js';
import type { UserDto } from '../../src/config/config.dto.js';
import { ConfigFile } from '../../src/config/config-file.js';
import { ConfigService } from '../../src/config/config.service.js';

const folders: string[] = [];

/** What knows accounts, on a file of its own and without a server. */
export interface Accounts {
  readonly folder: string;
  readonly config: ConfigService;
  readonly state: StateFile;
  readonly sessions: Sessions;
  readonly accounts: AccountsService;
  readonly user: (login: string) => UserDto;
}

/** A file with these accounts, and who knows them. */
export async function makeAccounts(document: object): Promise<Accounts> {
  const folder = await mkdtemp(join(tmpdir(), 'ser2tcp-accounts-'));
  folders.push(folder);
  await writeFile(join(folder, 'config.json'), JSON.stringify({ ports: [], ...document }));
  return openAccounts(folder);
}

/** What a process knows that is started on this folder. */
export async function openAccounts(folder: string): Promise<Accounts> {
  const file = new ConfigFile(join(folder, 'config.json'));
  const config = new ConfigService(file, (await file.read()).config);
  const state = new StateFile(config);
  const sessions = new Sessions(config, state);
  const accounts = new AccountsService(config, sessions, new ApiTokens(config, state));
  await state.onModuleInit();
  const user = (login: string) => {
    const found = config.current.users.find((one) => one.login === login);
    if (!found) throw new Error(`There is no user ${login}`);
    return found;
  };
  return { folder, config, state, sessions, accounts, user };
}

/** For `afterEach`. */
export async function removeAccounts(): Promise<void> {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
}
