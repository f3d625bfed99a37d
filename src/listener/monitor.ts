import type { Tap } from '../serial/port-client.js';
import type { SerialPort } from '../serial/serial-port.js';
import type { MonitorClient } from './monitor-client.js';
import { MONITOR_FRAMES, type MonitorDirection, type MonitorForm } from './monitor-frames.js';

/** Everybody who looks on at one port. A frame is made once for all who want it in the same form, and only when somebody takes it. */
export class Monitor implements Tap {
  readonly #clients = new Set<MonitorClient>();

  constructor(
    readonly port: SerialPort,
    private readonly now: () => number,
  ) {}

  get clients(): ReadonlySet<MonitorClient> {
    return this.#clients;
  }

  add(client: MonitorClient): void {
    this.#clients.add(client);
    this.port.taps.add(this);
  }

  remove(client: MonitorClient): void {
    this.#clients.delete(client);
    if (this.#clients.size === 0) this.port.taps.delete(this);
  }

  received(chunk: Buffer): void {
    this.#show('rx', chunk);
  }

  sent(chunk: Buffer): void {
    this.#show('tx', chunk);
  }

  #show(direction: MonitorDirection, chunk: Buffer): void {
    let made: Partial<Record<MonitorForm, Buffer>> | undefined;
    for (const client of this.#clients) {
      if (!client.takes(chunk.length)) continue;
      made ??= {};
      const { form } = client;
      client.show((made[form] ??= MONITOR_FRAMES[form](direction, chunk, this.now)));
    }
  }
}
