import { setMaxListeners } from 'node:events';
import { type AnyServerDto, WebSocketServerDto } from '../config/server.dto.js';
import { ListenFailed } from '../net/net-server.js';
import type { Gate, Listener } from './listener.js';
import type { OwnToken, UpgradeRoutes } from './upgrade-routes.js';

/** An endpoint: its clients come through the http servers, which make WebSockets of their requests. */
export class WebSocketListener implements Listener {
  #open = false;
  #replaced = endOfToken();

  constructor(
    private settings: { readonly endpoint: string; readonly token?: string },
    private readonly routes: UpgradeRoutes,
  ) {}

  get where(): string {
    return `/ws/${this.settings.endpoint}`;
  }

  /** @throws ListenFailed */
  open(gate: Gate): Promise<void> {
    const token = () => this.#token;
    this.#open = this.routes.add(this.settings.endpoint, {
      get token() {
        return token();
      },
      admits: (from) => gate.admits(from),
      refused: (from, reason) => gate.refused(from, reason, 'credentials'),
      accept: (socket, { from, active }) => gate.accept(socket, from, active),
    });
    if (this.#open) return Promise.resolve();
    return Promise.reject(new ListenFailed(this.where, new Error('another server has this endpoint')));
  }

  update(settings: AnyServerDto): void {
    if (!(settings instanceof WebSocketServerDto)) return;
    const { token } = this.settings;
    this.settings = settings;
    if (settings.token === token) return;
    const replaced = this.#replaced;
    this.#replaced = endOfToken();
    replaced.abort();
  }

  close(): Promise<void> {
    if (this.#open) this.routes.remove(this.settings.endpoint);
    this.#open = false;
    return Promise.resolve();
  }

  get #token(): OwnToken {
    return { value: this.settings.token, replaced: this.#replaced.signal };
  }
}

/** Any number of clients may wait for it. */
function endOfToken(): AbortController {
  const end = new AbortController();
  setMaxListeners(0, end.signal);
  return end;
}
