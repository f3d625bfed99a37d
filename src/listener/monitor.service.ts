import { Injectable } from '@nestjs/common';
import type { Duplex } from 'node:stream';
import { type AppliedChange, type ConfigApplier, ConfigService } from '../config/config.service.js';
import { portIndex } from '../config/find-port.js';
import { nameOf } from '../config/shape.js';
import { PlaceLog } from '../log-record.js';
import type { ClientAddress } from '../net/net-server.js';
import { turnAway } from '../net/turn-away.js';
import { CLOSE_CODE, closeFrame } from '../protocol/websocket-frames.js';
import type { SerialPort } from '../serial/serial-port.js';
import { type PortSlot, SerialService } from '../serial/serial.service.js';
import type { Dismiss } from './listener.js';
import { Monitor } from './monitor.js';
import { MonitorClient } from './monitor-client.js';
import { type UpgradeRoute, UpgradeRoutes, type Visitor } from './upgrade-routes.js';

const PREFIX = 'monitor/';
/** Clients of one port; each may have 1 MiB waiting. */
const CLIENTS = 32;

/** `/ws/monitor/<port>`, by name or index: what goes to and comes from a device, for users. */
@Injectable()
export class MonitorService implements ConfigApplier {
  readonly #monitors = new Map<SerialPort, Monitor>();
  /** The name of each client's port, by which it finds one that takes its place; an index would lead to any other. */
  readonly #asked = new Map<MonitorClient, string>();
  /** When performance.now() was 0, in milliseconds since 1970, by the clock as it was when somebody began to look on. */
  #epoch = 0;

  constructor(
    config: ConfigService,
    private readonly ports: SerialService,
    private readonly routes: UpgradeRoutes,
  ) {
    config.register(this);
    routes.addOthers((name) =>
      name.startsWith(PREFIX) ? this.#route(name.slice(PREFIX.length)) : undefined,
    );
  }

  /** Is asked before the ports are: it registered first. */
  apply(): Promise<AppliedChange> {
    const before = this.ports.slots;
    return Promise.resolve({
      undo: () => Promise.resolve(),
      settle: () => {
        this.#follow(before);
        return Promise.resolve();
      },
    });
  }

  #route(key: string): UpgradeRoute | undefined {
    const port = this.#find(key);
    if (!port) return undefined;
    return {
      admits: () => true,
      refused: (from, reason) => this.#refused(port, from, reason),
      accept: (socket, visitor) => this.#accept(socket, visitor, key, port),
    };
  }

  #accept(socket: Duplex, { from, query, active }: Visitor, key: string, port: SerialPort): Dismiss {
    const here = this.#monitors.get(port)?.clients.size ?? 0;
    if (here >= CLIENTS) {
      const reason = `the monitor has its ${CLIENTS} clients`;
      this.#refused(port, from, reason);
      turnAway(socket, closeFrame(CLOSE_CODE.tryLater, reason));
      return () => {};
    }
    const form = query.get('format') === 'json' ? 'json' : 'binary';
    const name = from.subject === undefined ? from.text : `${from.text} (${from.subject})`;
    const client = new MonitorClient(socket, form, () => this.#now(), {
      active,
      closed: () => {
        const monitor = [...this.#monitors.values()].find(({ clients }) => clients.has(client));
        this.#asked.delete(client);
        if (!monitor) return;
        this.#leave(monitor, client);
        this.#log(monitor.port, from).log(`disconnected ${name}`);
      },
    });
    this.#asked.set(client, this.#nameOf(key));
    this.#join(port, client);
    this.#log(port, from).log(`connected ${name}`);
    return (reason, why) => client.dismiss(reason, why);
  }

  #join(port: SerialPort, client: MonitorClient): void {
    // Not for each frame: a clock that is set meanwhile must not make time run backwards.
    if (this.#monitors.size === 0) this.#epoch = Date.now() - performance.now();
    let monitor = this.#monitors.get(port);
    if (!monitor) this.#monitors.set(port, (monitor = new Monitor(port, () => this.#now())));
    monitor.add(client);
  }

  #leave(monitor: Monitor, client: MonitorClient): void {
    monitor.remove(client);
    if (monitor.clients.size === 0) this.#monitors.delete(monitor.port);
  }

  /** After a change: who looked on at a port that was replaced looks on at the new one. */
  #follow(before: readonly PortSlot[]): void {
    const { slots } = this.ports;
    const served = new Set(slots.map(({ port }) => port));
    const edited = editedPort(before, slots);
    for (const monitor of [...this.#monitors.values()].filter(({ port }) => !served.has(port))) {
      for (const client of monitor.clients) {
        this.#leave(monitor, client);
        const port =
          edited && edited.before === monitor.port ? edited.after : this.#find(this.#asked.get(client) ?? '');
        if (port) this.#join(port, client);
        else client.dismiss('the port was removed', 'away');
      }
    }
  }

  #nameOf(key: string): string {
    const written = this.ports.slots.map(({ entry }) => entry.written);
    return nameOf(written[portIndex(written, key)]) ?? '';
  }

  #find(key: string): SerialPort | undefined {
    const { slots } = this.ports;
    try {
      const written = slots.map(({ entry }) => entry.written);
      return slots[portIndex(written, key)]?.port;
    } catch {
      return undefined;
    }
  }

  #refused(port: SerialPort, from: ClientAddress, reason: string): void {
    this.routes.refusals.add(this.#log(port, from), from, reason, `${port.label} ${reason}`);
  }

  #now(): number {
    return Math.round((this.#epoch + performance.now()) * 1000);
  }

  #log(port: SerialPort, from: ClientAddress): PlaceLog {
    return new PlaceLog({ port: port.label, server: 'monitor', client: from.text });
  }
}

/** The port that another one takes the place of, where all others stayed in theirs: its entry was edited, whatever it says. */
function editedPort(before: readonly PortSlot[], after: readonly PortSlot[]) {
  if (before.length !== after.length) return undefined;
  const places = before.map((slot, index) => ({ before: slot.port, after: after[index]?.port }));
  const [edited, another] = places.filter((place) => place.before !== place.after);
  return another ? undefined : edited;
}
