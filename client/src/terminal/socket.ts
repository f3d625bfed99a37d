import { serverUrl, socketUrl } from '../base.js';
import { Backoff } from '../live/backoff.js';
import { session } from '../session/session.js';

export type SocketState =
  | { state: 'connecting' }
  | { state: 'open' }
  /** Cut off or refused; it tries again by itself. */
  | { state: 'waiting'; why: string }
  | { state: 'refused'; why: 'unknown' | 'login' | 'other' };

/** The server's: the session or token ended. */
const SESSION_ENDED = 4401;
/** What a header may hold (RFC 9110 section 5.6.2); another token has to go into the address. */
const HEADER_TOKEN = /^[\w!#$%&'*+.^`|~-]+$/;

export interface SocketEvents {
  state(state: SocketState): void;
  data(bytes: Uint8Array<ArrayBuffer>): void;
  text(text: string): void;
}

interface Target {
  /** Below the console's root: `ws/device`. */
  path: string;
  /** What tells why it was refused: `api/status?endpoint=device`. */
  probe: string;
}

/**
 * How long a connection has to last before it is called one: the server opens the device after it has answered, and ends
 * the connection at once where that is not there.
 */
const LASTS_MS = 300;
/** Typed before there was a connection, at most. */
const EARLY_BYTES = 4096;

/** A WebSocket that connects again whenever it is cut, until it is closed. */
export class TerminalSocket {
  #socket: WebSocket | undefined;
  /** The session's token that the socket was opened with. */
  #used: string | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #closed = false;
  /**
   * What is typed while the page connects for the first time, and sent then. After a cut nothing is kept: the device may be in another state by the
   * time that it would get it.
   */
  #early: Uint8Array<ArrayBuffer>[] | undefined = [];
  readonly #backoff = new Backoff();
  readonly #unsubscribe: () => void;

  /** @param ownToken of the endpoint; else the session's counts */
  constructor(
    private readonly target: Target,
    private readonly events: SocketEvents,
    private readonly ownToken?: string,
  ) {
    this.#unsubscribe = ownToken === undefined ? session.subscribe(() => this.#follow()) : () => {};
    this.#connect();
  }

  /** @returns whether it is sent, or will be as soon as there is a connection */
  send(data: Uint8Array<ArrayBuffer> | string): boolean {
    if (this.#socket?.readyState !== WebSocket.OPEN) return typeof data !== 'string' && this.#keep(data);
    this.#socket.send(data);
    return true;
  }

  #keep(typed: Uint8Array<ArrayBuffer>): boolean {
    const kept = this.#early?.reduce((total, { length }) => total + length, 0) ?? Infinity;
    if (kept + typed.length > EARLY_BYTES) return false;
    this.#early?.push(typed);
    return true;
  }

  close(): void {
    this.#closed = true;
    this.#unsubscribe();
    this.#leave();
  }

  /** A connection belongs to who is logged in: it ends with the session, and comes back with the next one. */
  #follow(): void {
    const token = session.token();
    if (token === this.#used) return;
    if (token !== undefined) return this.#connect();
    this.#leave();
    return this.events.state({ state: 'refused', why: 'login' });
  }

  #leave(): void {
    clearTimeout(this.#timer);
    this.#socket?.close(1000);
    this.#socket = undefined;
    this.#used = undefined;
    this.#early = undefined;
  }

  #connect(): void {
    clearTimeout(this.#timer);
    this.#socket?.close();
    this.#used = session.token();
    const token = this.ownToken ?? this.#used;
    const url = socketUrl(this.target.path);
    const inHeader = token !== undefined && HEADER_TOKEN.test(token);
    if (token !== undefined && !inHeader) url.searchParams.set('token', token);
    const socket = new WebSocket(url, inHeader ? [`bearer.${token}`] : []);
    socket.binaryType = 'arraybuffer';
    this.#socket = socket;
    let opened = false;
    let announced = false;
    this.events.state({ state: 'connecting' });
    const announce = () => {
      if (announced || socket !== this.#socket || socket.readyState !== WebSocket.OPEN) return;
      announced = true;
      this.events.state({ state: 'open' });
    };
    socket.addEventListener('open', () => {
      opened = true;
      setTimeout(announce, LASTS_MS);
      for (const typed of this.#early ?? []) socket.send(typed);
      this.#early = undefined;
    });
    socket.addEventListener('message', ({ data }: MessageEvent<ArrayBuffer | string>) => {
      announce();
      if (typeof data === 'string') return this.events.text(data);
      this.#backoff.reset();
      return this.events.data(new Uint8Array(data));
    });
    socket.addEventListener('close', ({ code, reason }) => {
      if (this.#closed || socket !== this.#socket) return;
      this.#early = undefined;
      if (code === SESSION_ENDED && !this.ownToken) {
        session.refused(token);
        if (socket !== this.#socket) return;
      }
      if (opened) this.events.state({ state: 'waiting', why: reason });
      else void this.#explain(token);
      this.#timer = setTimeout(() => this.#connect(), this.#backoff.next());
    });
  }

  /** A browser does not tell a page why a WebSocket was refused; an ordinary request gets the same answer. */
  async #explain(token: string | undefined): Promise<void> {
    const response = await fetch(serverUrl(this.target.probe), {
      headers: token ? { Authorization: `Bearer ${token}` } : {},
    }).catch(() => undefined);
    if (this.#closed || this.#socket?.readyState === WebSocket.OPEN) return;
    if (!response || response.status >= 500) this.events.state({ state: 'waiting', why: '' });
    else if (response.status === 404) this.events.state({ state: 'refused', why: 'unknown' });
    else if (response.status === 401) {
      this.events.state({ state: 'refused', why: 'login' });
      if (!this.ownToken) session.refused(token);
    } else this.events.state({ state: 'refused', why: 'other' });
  }
}
