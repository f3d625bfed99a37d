import { BASE } from '../base.js';

const KEY = `ser2tcp:${BASE}session`;

/** Between the console's tabs. */
type Message = { ask: true } | { token: string } | { ended: true };

/**
 * Who is logged in. The token is in this tab's session storage: it is gone with the tab, and unlike a cookie it is sent by
 * no page but this one. A new tab asks the open ones for it; a logout is told to all.
 */
class Session {
  #token = sessionStorage.getItem(KEY) ?? undefined;
  #wanted = false;
  readonly #listeners = new Set<() => void>();
  readonly #tabs = new BroadcastChannel(KEY);

  constructor() {
    this.#tabs.addEventListener('message', ({ data }: MessageEvent<Message>) => this.#heard(data));
    if (!this.#token) this.#tabs.postMessage({ ask: true } satisfies Message);
  }

  readonly token = (): string | undefined => this.#token;
  /** Whether the server wants to know who is there. */
  readonly wanted = (): boolean => this.#wanted;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  begin(token: string): void {
    this.#keep(token);
    this.#tabs.postMessage({ token } satisfies Message);
  }

  end(): void {
    this.#drop();
    this.#tabs.postMessage({ ended: true } satisfies Message);
  }

  /** The server did not take this token, or wants one: ask for another, unless there is one by now. */
  refused(token: string | undefined): void {
    if (token === this.#token) this.#drop();
  }

  #heard(message: Message): void {
    if ('ask' in message) {
      if (this.#token) this.#tabs.postMessage({ token: this.#token } satisfies Message);
    } else if ('token' in message) {
      if (!this.#token) this.#keep(message.token);
    } else this.#drop();
  }

  #keep(token: string): void {
    sessionStorage.setItem(KEY, token);
    this.#change(token, false);
  }

  #drop(): void {
    sessionStorage.removeItem(KEY);
    this.#change(undefined, true);
  }

  #change(token: string | undefined, wanted: boolean): void {
    this.#token = token;
    this.#wanted = wanted;
    for (const listener of this.#listeners) listener();
  }
}

export const session = new Session();
