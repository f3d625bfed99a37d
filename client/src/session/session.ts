import { BASE } from '../base.js';

const KEY = `ser2tcp:${BASE}session`;
const LOGIN_KEY = `ser2tcp:${BASE}login`;

/** Who came in by a token has no login. */
interface Held {
  token: string;
  login?: string | undefined;
}

/** Who is there, as far as this tab knows. */
export type SessionState =
  /** Nobody, and the server has not asked. */
  | { state: 'none' }
  | ({ state: 'open' } & Held)
  /** The server wants to know: at first, after a session that has ended by itself, or after a logout. */
  | { state: 'wanted'; after: 'nothing' | 'session' | 'logout' };

/** Between the console's tabs. */
type Message = { ask: true } | Held | { ended: true };

/**
 * Who is logged in. The token is in this tab's session storage: it is gone with the tab, and unlike a cookie it is sent by
 * no page but this one. A new tab asks the open ones for it; a logout is told to all.
 */
class Session {
  #state: SessionState = stored();
  readonly #listeners = new Set<() => void>();
  readonly #tabs = new BroadcastChannel(KEY);

  constructor() {
    this.#tabs.addEventListener('message', ({ data }: MessageEvent<Message>) => this.#heard(data));
    if (!this.token()) this.#tabs.postMessage({ ask: true } satisfies Message);
  }

  readonly now = (): SessionState => this.#state;
  readonly token = (): string | undefined => (this.#state.state === 'open' ? this.#state.token : undefined);
  /** Whether the server wants to know who is there. */
  readonly wanted = (): boolean => this.#state.state === 'wanted';

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** @param left is called when somebody logs out, in whichever tab */
  readonly onLogout = (left: () => void): (() => void) =>
    this.subscribe(() => this.#state.state === 'wanted' && this.#state.after === 'logout' && left());

  begin(token: string, login?: string): void {
    this.#keep({ token, login });
    this.#tabs.postMessage({ token, login } satisfies Message);
  }

  end(): void {
    this.#drop('logout');
    this.#tabs.postMessage({ ended: true } satisfies Message);
  }

  /** The server did not take this token, or wants one: ask for another, unless there is one by now. */
  refused(token: string | undefined): void {
    if (token !== this.token() || this.wanted()) return;
    this.#drop(token === undefined ? 'nothing' : 'session');
  }

  #heard(message: Message): void {
    if ('ask' in message) {
      if (this.#state.state !== 'open') return;
      const { token, login } = this.#state;
      this.#tabs.postMessage({ token, login } satisfies Message);
    } else if ('token' in message) {
      if (!this.token()) this.#keep(message);
    } else this.#drop('logout');
  }

  #keep({ token, login }: Held): void {
    sessionStorage.setItem(KEY, token);
    if (login === undefined) sessionStorage.removeItem(LOGIN_KEY);
    else sessionStorage.setItem(LOGIN_KEY, login);
    this.#change({ state: 'open', token, login });
  }

  #drop(after: 'nothing' | 'session' | 'logout'): void {
    sessionStorage.removeItem(KEY);
    sessionStorage.removeItem(LOGIN_KEY);
    this.#change({ state: 'wanted', after });
  }

  #change(state: SessionState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}

function stored(): SessionState {
  const token = sessionStorage.getItem(KEY) ?? undefined;
  const login = sessionStorage.getItem(LOGIN_KEY) ?? undefined;
  return token === undefined ? { state: 'none' } : { state: 'open', token, login };
}

export const session = new Session();
