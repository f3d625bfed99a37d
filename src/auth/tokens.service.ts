import { Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import type { TokenDto } from '../config/config.dto.js';
import { ConfigService } from '../config/config.service.js';
import { BodyInvalid } from '../config/issues.js';
import { digestOf, digestOfStored, isHashed, storedForm } from '../config/stored-token.js';
import { AccountChanges, type Accounts, type WrittenAccount } from './account-changes.js';
import { idOf } from './api-token.js';
import { ApiTokens } from './api-tokens.js';
import type { NewTokenDto, TokenAddedDto, TokenChangesDto, TokenViewDto } from './auth.dto.js';
import { AccountExists, NoSuchAccount } from './auth.errors.js';
import type { Caller } from './caller.js';
import type { Audit } from './decorators.js';
import { OK, type OkDto } from '../ok.dto.js';

/** Makes a token recognisable, to people and to programs that look for secrets where none belong. */
const PREFIX = 's2t_';
const TOKEN_BYTES = 32;
const ID_BYTES = 8;
/** How much of a token its hint shows, after the prefix where that leaves enough; a shorter one has none. */
const HINT_LENGTH = 4;
const LONG_ENOUGH = 8;

/** Credentials of programs. What is made here is stored as a hash. */
@Injectable()
export class TokensService {
  constructor(
    private readonly config: ConfigService,
    private readonly changes: AccountChanges,
    private readonly tokens: ApiTokens,
  ) {}

  list(): TokenViewDto[] {
    return this.config.current.tokens.map((token) => this.#view(token));
  }

  /** @throws NoSuchAccount */
  require(key: string): void {
    if (!this.config.current.tokens.some(isNamed(key))) throw new NoSuchAccount('token');
  }

  async add(body: NewTokenDto, caller: Caller, audit: Audit): Promise<TokenAddedDto> {
    const { name } = body;
    refusePast(body.expires);
    const token = body.token ?? `${PREFIX}${randomBytes(TOKEN_BYTES).toString('base64url')}`;
    const id = randomBytes(ID_BYTES).toString('hex');
    const admin = body.admin ?? false;
    const created = new Date().toISOString();
    const more = { admin, created, ...(body.expires && { expires: body.expires }) };
    await this.changes.change(caller, ({ tokens }) => {
      refuseSecond(tokens, token);
      tokens.push({ id, ...secret(token), name, ...more });
    });
    audit('token added', { id, name, admin, expires: more.expires });
    return { ok: true, id, token, name, ...more };
  }

  async change(key: string, body: TokenChangesDto, caller: Caller, audit: Audit): Promise<OkDto> {
    refusePast(body.expires);
    let id = '';
    const changed = await this.changes.change(caller, ({ tokens }) => {
      const token = written(tokens, key);
      const { token: next, name, admin, expires } = body;
      id = idOf(asToken(token));
      if (typeof next === 'string' && digestOf(next) !== digestOfStored(asToken(token).token)) {
        refuseSecond(tokens, next);
        Object.assign(token, { id, ...secret(next) });
      }
      if (typeof name === 'string') token['name'] = name;
      if (typeof admin === 'boolean') token['admin'] = admin;
      if (expires === null) delete token['expires'];
      else if (expires !== undefined) token['expires'] = expires;
    });
    const { token, ...rest } = body;
    if (changed) audit('token changed', { id, ...rest, ...(token && { token: 'new' }) });
    return OK;
  }

  async remove(key: string, caller: Caller, audit: Audit): Promise<OkDto> {
    let gone: WrittenAccount = {};
    await this.changes.change(caller, ({ tokens }) => {
      gone = written(tokens, key);
      tokens.splice(tokens.indexOf(gone), 1);
    });
    audit('token deleted', { id: idOf(asToken(gone)), name: gone['name'] });
    return OK;
  }

  #view(settings: TokenDto): TokenViewDto {
    const { token, name = '', admin, hint = '', created, expires } = settings;
    const id = idOf(settings);
    const used = this.tokens.lastUsed(id);
    return {
      id,
      token: isHashed(token) ? `${hint}…` : token,
      name,
      admin,
      ...(created && { created }),
      ...(used !== undefined && { last_used: new Date(used).toISOString() }),
      ...(expires && { expires }),
    };
  }
}

/** What the file keeps of a token. */
function secret(token: string) {
  const start = token.startsWith(PREFIX) && token.length >= PREFIX.length + LONG_ENOUGH ? PREFIX.length : 0;
  const hint = token.length < LONG_ENOUGH ? '' : token.slice(0, start + HINT_LENGTH);
  return { token: storedForm(token), hint };
}

const asToken = (token: WrittenAccount) => token as unknown as TokenDto;

/** By its id, or by the token itself. */
const isNamed = (key: string) => (token: TokenDto) =>
  idOf(token) === key || digestOfStored(token.token) === digestOf(key);

function written(tokens: Accounts['tokens'], key: string): WrittenAccount {
  const token = tokens.find((one) => isNamed(key)(asToken(one)));
  if (!token) throw new NoSuchAccount('token');
  return token;
}

function refuseSecond(tokens: Accounts['tokens'], token: string): void {
  if (tokens.some((one) => isNamed(token)(asToken(one))))
    throw new AccountExists('There is such a token already');
}

function refusePast(expires: string | null | undefined): void {
  if (typeof expires === 'string' && Date.parse(expires) <= Date.now())
    throw new BodyInvalid([{ path: 'expires', message: 'must be a time to come' }]);
}
