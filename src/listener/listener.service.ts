import { Injectable } from '@nestjs/common';
import { isDeepStrictEqual } from 'node:util';
import type { Config, Entry } from '../config/config.js';
import { AppliedChange, ConfigApplier, ConfigService } from '../config/config.service.js';
import { tryAll } from '../config/not-applied.js';
import { AnyServerDto, SocketServerDto, SslServerDto, WebSocketServerDto } from '../config/server.dto.js';
import { Ended } from '../errors.js';
import { descriptors } from '../net/descriptors.js';
import { loadPeerCalls } from '../net/peer.js';
import type { SerialPort } from '../serial/serial-port.js';
import { SerialService } from '../serial/serial.service.js';
import type { Listener } from './listener.js';
import { needsRestart } from './needs-restart.js';
import { Server } from './server.js';
import { TcpListener } from './tcp.listener.js';
import { TlsListener } from './tls.listener.js';
import { UnixListener } from './unix.listener.js';
import { UpgradeRoutes } from './upgrade-routes.js';
import { WebSocketListener } from './websocket.listener.js';

/** A configured server; without `server` it is not served. */
export interface ServerSlot {
  readonly entry: Entry<AnyServerDto>;
  readonly server: Server | undefined;
}

/** The servers of all ports, at the indexes of the configuration. */
@Injectable()
export class ListenerService implements ConfigApplier {
  #slots = new Map<SerialPort, ServerSlot[]>();
  /** The servers that a change under way adds or removes. */
  #changing: readonly Server[] = [];
  #closed = false;

  constructor(
    private readonly config: ConfigService,
    private readonly ports: SerialService,
    private readonly routes: UpgradeRoutes,
  ) {}

  /** Before the start. */
  async prepare(): Promise<void> {
    this.config.register(this);
    await loadPeerCalls();
  }

  /** Begins to listen; done when everything that can listen does. What cannot, or takes long, is tried on. */
  async start(): Promise<void> {
    if (this.#closed) return;
    const { slots, starting } = this.#plan(this.config.current);
    this.#slots = slots;
    await Promise.all(starting.map((server) => server.start()));
  }

  /** @throws NotApplied when new or changed servers cannot listen */
  async apply(next: Config): Promise<AppliedChange> {
    const before = this.#slots;
    const { slots, starting, going } = this.#plan(next);
    const undo = async () => {
      await Promise.all(starting.map((server) => server.close()));
      for (const server of starting) server.dismiss('its server was taken back');
      this.#serve(before);
      if (!this.#closed) await Promise.all(going.map((server) => server.start()));
    };
    this.#changing = [...starting, ...going];
    // The old ones first: a new one may want the address of one that goes. Their clients stay until the change is kept.
    await Promise.all(going.map((server) => server.close()));
    const pathOf = (server: Server) =>
      [...slots.values()].flat().find((slot) => slot.server === server)?.entry.path ?? '';
    try {
      await tryAll(starting, (server) => this.#open(server), pathOf);
    } catch (error) {
      await undo();
      throw error;
    }
    this.#serve(slots);
    return {
      undo,
      settle: () => {
        for (const { entry, server } of [...slots.values()].flat())
          if (entry.value) server?.update(entry.value);
        for (const server of going) server.dismiss('its server was changed or removed');
        return Promise.resolve();
      },
    };
  }

  #serve(slots: Map<SerialPort, ServerSlot[]>): void {
    this.#slots = slots;
    this.ports.changes.emit('ports');
  }

  slots(port: SerialPort): readonly ServerSlot[] {
    return this.#slots.get(port) ?? [];
  }

  servers(port: SerialPort): readonly (Server | undefined)[] {
    return this.#slots.get(port)?.map((slot) => slot.server) ?? [];
  }

  /**
   * Stops to listen; the clients stay until their ports let go of them. Nothing is opened after that, also not by a change
   * under way.
   */
  async close(): Promise<void> {
    this.#closed = true;
    descriptors.close();
    const servers = [...this.#slots.values()].flat().flatMap(({ server }) => server ?? []);
    await Promise.all([...servers, ...this.#changing].map((server) => server.close()));
  }

  async #open(server: Server): Promise<void> {
    if (this.#closed) throw new Ended();
    await server.open();
  }

  /** Resolves when no server has a client any more. */
  async gone(): Promise<void> {
    await Promise.all([...this.#slots.values()].flat().map(async ({ server }) => server?.gone()));
  }

  /** What a configuration needs: a server stays that has the same entry, or one that it can go on with, at whatever index. */
  #plan(next: Config) {
    const slots = new Map<SerialPort, ServerSlot[]>();
    const starting: Server[] = [];
    const kept = new Set<ServerSlot>();
    for (const [index, { servers }] of next.ports.entries()) {
      const port = this.ports.slots[index]?.port;
      if (!port) continue;
      const found = sameSlots(this.#slots.get(port) ?? [], servers);
      const of = (entry: Entry<AnyServerDto>, index: number): ServerSlot => {
        const old = found[index];
        if (old) kept.add(old);
        const server = old ? old.server : this.#server(entry, port);
        if (!old && server) starting.push(server);
        return { entry, server };
      };
      slots.set(port, servers.map(of));
    }
    const going = [...this.#slots.values()]
      .flat()
      .flatMap((slot) => (kept.has(slot) ? [] : (slot.server ?? [])));
    return { slots, starting, going };
  }

  #server(entry: Entry<AnyServerDto>, port: SerialPort): Server | undefined {
    const settings = entry.value;
    const several = () =>
      this.servers(port).filter((server) => server?.protocol === settings?.protocol).length > 1;
    return settings && new Server(settings, port, (now) => listenerOf(now, this.routes), several);
  }
}

/** The slots that entries can go on with: one with the same entry first, then one whose socket will do. */
function sameSlots(slots: readonly ServerSlot[], entries: readonly Entry<AnyServerDto>[]) {
  const left: (ServerSlot | undefined)[] = [...slots];
  const found = entries.map((): ServerSlot | undefined => undefined);
  for (const same of [sameEntry, sameSocket]) {
    for (const [index, entry] of entries.entries()) {
      if (found[index]) continue;
      const fits = (slot: ServerSlot | undefined) => slot !== undefined && same(slot.entry, entry);
      const at = fits(left[index]) ? index : left.findIndex(fits);
      if (at < 0) continue;
      found[index] = left[at];
      left[at] = undefined;
    }
  }
  return found;
}

// The same entry may have been refused for the sake of another one before: an endpoint that both have.
const sameEntry = (a: Entry<AnyServerDto>, b: Entry<AnyServerDto>) =>
  !a.value === !b.value && isDeepStrictEqual(a.written, b.written);
const sameSocket = (a: Entry<AnyServerDto>, b: Entry<AnyServerDto>) =>
  a.value !== undefined && b.value !== undefined && !needsRestart(a.value, b.value);

function listenerOf(settings: AnyServerDto, routes: UpgradeRoutes): Listener {
  if (settings instanceof SocketServerDto) return new UnixListener(settings.address, settings);
  if (settings instanceof WebSocketServerDto) return new WebSocketListener(settings, routes);
  // Python binds "" to all IPv4 addresses.
  const address = { host: settings.address || '0.0.0.0', port: settings.port };
  if (settings instanceof SslServerDto) return new TlsListener(address, settings.ssl);
  return new TcpListener(address);
}
