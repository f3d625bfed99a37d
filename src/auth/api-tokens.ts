import { Injectable } from '@nestjs/common';
import type { Config } from '../config/config.js';
import type { TokenDto } from '../config/config.dto.js';
import { ConfigService } from '../config/config.service.js';
import { digestOfStored } from '../config/stored-token.js';
import { Alarm } from './alarm.js';
import { ApiToken } from './api-token.js';
import { StateFile } from './state-file.js';

/** A token that is used is written to the file this often. */
const KEEP_USED_MS = 60_000;

/** The API tokens of the configuration, by their hash. */
@Injectable()
export class ApiTokens {
  #byDigest = new Map<string, ApiToken>();
  readonly #alarm = new Alarm(() => this.#endOverdue());

  constructor(
    { current }: ConfigService,
    private readonly state: StateFile,
  ) {
    this.follow(current);
    state.part('tokens', { save: () => this.#save(), load: (written) => this.#load(written) });
  }

  /** The token that has this digest, unless it has expired. */
  find(digest: string): ApiToken | undefined {
    const token = this.#byDigest.get(digest);
    return token && Date.now() < token.deadline ? token : undefined;
  }

  /** When each was used last, by its id; milliseconds since 1970. */
  lastUsed(id: string): number | undefined {
    return [...this.#byDigest.values()].find((token) => token.id === id)?.lastUsed;
  }

  touch(token: ApiToken): void {
    token.lastUsed = Date.now();
    if (token.lastUsed - token.keptUsed > KEEP_USED_MS) this.state.changed();
  }

  /** Takes on what the configuration says; what is gone, changed or no longer an administrator's ends. */
  follow({ tokens }: Config): void {
    const before = this.#byDigest;
    this.#byDigest = new Map(
      tokens.map((settings) => {
        const digest = digestOfStored(settings.token);
        return [digest, successor(before.get(digest), settings)];
      }),
    );
    for (const [digest, token] of before) if (this.#byDigest.get(digest) !== token) token.end();
    this.#endOverdue();
  }

  #endOverdue(): void {
    const tokens = [...this.#byDigest.values()];
    for (const token of tokens) if (token.deadline <= Date.now()) token.end();
    this.#alarm.set(tokens.map(({ deadline }) => deadline).filter((deadline) => deadline > Date.now()));
  }

  #save(): Record<string, number> {
    return Object.fromEntries(
      [...this.#byDigest.values()].flatMap((token) => {
        token.keptUsed = token.lastUsed ?? 0;
        return token.lastUsed === undefined ? [] : [[token.id, token.lastUsed]];
      }),
    );
  }

  /** @throws TypeError for what is no table of times */
  #load(written: unknown): void {
    const times = Object.entries<unknown>((written ?? {}) as Record<string, unknown>);
    if (!times.every(([, time]) => Number.isSafeInteger(time))) throw new TypeError('not a table of times');
    const known = new Map(times as [string, number][]);
    for (const token of this.#byDigest.values()) {
      token.lastUsed = known.get(token.id);
      token.keptUsed = token.lastUsed ?? 0;
    }
  }
}

/** The same token with other settings, unless it has ended or loses its rights: then a new one in its place. */
function successor(old: ApiToken | undefined, settings: TokenDto): ApiToken {
  if (old && !old.ended.aborted && (settings.admin || !old.admin)) {
    old.settings = settings;
    return old;
  }
  const token = new ApiToken(settings);
  token.lastUsed = old?.lastUsed;
  return token;
}
