import type { TokenDto } from '../config/config.dto.js';
import { digestOf, digestOfStored } from '../config/stored-token.js';
import { type Caller, callerEnd } from './caller.js';

const ID_LENGTH = 16;

/** Names a token where its secret must not stand. */
export const idOf = ({ id, token }: Pick<TokenDto, 'id' | 'token'>): string =>
  id ?? digestOf(`id of ${digestOfStored(token)}`).slice(0, ID_LENGTH);

/** A program that shows an API token. */
export class ApiToken implements Caller {
  readonly kind = 'token';
  readonly #end = callerEnd();
  /** Milliseconds since 1970, as is all time here. */
  lastUsed: number | undefined;
  /** When it was used last by what the file says. */
  keptUsed = 0;

  constructor(public settings: TokenDto) {}

  get id(): string {
    return idOf(this.settings);
  }

  get name(): string {
    return this.settings.name || this.id;
  }

  get admin(): boolean {
    return this.settings.admin;
  }

  get deadline(): number {
    return this.settings.expires === undefined ? Infinity : Date.parse(this.settings.expires);
  }

  get ended(): AbortSignal {
    return this.#end.signal;
  }

  end(): void {
    this.#end.abort();
  }
}
