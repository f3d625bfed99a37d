import { ListenFailed } from '../net/net-server.js';
import type { Gate, Listener } from './listener.js';
import type { UpgradeRoutes } from './upgrade-routes.js';

/** An endpoint: its clients come through the http servers, which make WebSockets of their requests. */
export class WebSocketListener implements Listener {
  #open = false;

  constructor(
    private readonly settings: { readonly endpoint: string; readonly token?: string },
    private readonly routes: UpgradeRoutes,
  ) {}

  get where(): string {
    return `/ws/${this.settings.endpoint}`;
  }

  /** @throws ListenFailed */
  open(gate: Gate): Promise<void> {
    const { endpoint, token } = this.settings;
    this.#open = this.routes.add(endpoint, {
      token,
      admits: (from) => gate.admits(from),
      refused: (from, reason) => gate.refused(from, reason, 'credentials'),
      accept: (socket, { from, active }) => gate.accept(socket, from, active),
    });
    if (this.#open) return Promise.resolve();
    return Promise.reject(new ListenFailed(this.where, new Error('another server has this endpoint')));
  }

  close(): Promise<void> {
    if (this.#open) this.routes.remove(this.settings.endpoint);
    this.#open = false;
    return Promise.resolve();
  }
}
