import { Injectable, Logger } from '@nestjs/common';
import { isDeepStrictEqual } from 'node:util';
import type { Config, Entry } from '../config/config.js';
import { AppliedChange, ConfigApplier, ConfigService } from '../config/config.service.js';
import { AnyServerDto, SocketServerDto, SslServerDto, WebSocketServerDto } from '../config/server.dto.js';
import type { SerialPort } from '../serial/serial-port.js';
import { SerialService } from '../serial/serial.service.js';
import { DescriptorWatch } from './descriptors.js';
import type { Listener } from './listener.js';
import { Server } from './server.js';
import { TcpListener } from './tcp.listener.js';
import { TlsListener } from './tls.listener.js';
import { UnixListener } from './unix.listener.js';

/** A configured server; without `server` it is not served. */
interface ServerSlot {
  readonly written: unknown;
  readonly server: Server | undefined;
}

/** The servers of all ports, at the indexes of the configuration. */
@Injectable()
export class ListenerService implements ConfigApplier {
  readonly #log = new Logger('servers');
  readonly #descriptors = new DescriptorWatch();
  #slots = new Map<SerialPort, ServerSlot[]>();

  constructor(
    private readonly config: ConfigService,
    private readonly ports: SerialService,
  ) {}

  /** Begins to listen; done when everything that can listen does. What cannot is tried again. */
  async start(): Promise<void> {
    this.config.register(this);
    const { slots, starting } = this.#plan(this.config.current);
    this.#slots = slots;
    await Promise.all(starting.map((server) => server.start()));
  }

  /** @throws ListenFailed when a new or changed server cannot listen */
  async apply(next: Config): Promise<AppliedChange> {
    const before = this.#slots;
    const { slots, starting, going } = this.#plan(next);
    const undo = async () => {
      await Promise.all(starting.map((server) => server.close()));
      for (const server of starting) server.dismiss('its server was taken back');
      await Promise.all(going.map((server) => server.start()));
      this.#slots = before;
    };
    // The old ones first: a new one may want the address of one that goes. Their clients stay until the change is kept.
    await Promise.all(going.map((server) => server.close()));
    try {
      for (const server of starting) await server.open();
    } catch (error) {
      await undo();
      throw error;
    }
    this.#slots = slots;
    return {
      undo,
      settle: () => {
        for (const server of going) server.dismiss('its server was changed or removed');
        return Promise.resolve();
      },
    };
  }

  servers(port: SerialPort): readonly (Server | undefined)[] {
    return this.#slots.get(port)?.map((slot) => slot.server) ?? [];
  }

  /** Stops to listen; the clients stay until their ports let go of them. */
  async close(): Promise<void> {
    this.#descriptors.close();
    await Promise.all([...this.#slots.values()].flat().map(async ({ server }) => server?.close()));
  }

  /** Resolves when no server has a client any more. */
  async gone(): Promise<void> {
    await Promise.all([...this.#slots.values()].flat().map(async ({ server }) => server?.gone()));
  }

  /** What a configuration needs: a server whose entry is the same stays, whatever its index is. */
  #plan(next: Config) {
    const slots = new Map<SerialPort, ServerSlot[]>();
    const starting: Server[] = [];
    const kept = new Set<ServerSlot>();
    for (const [index, { servers }] of next.ports.entries()) {
      const port = this.ports.slots[index]?.port;
      if (!port) continue;
      const old = this.#slots.get(port) ?? [];
      const of = (entry: Entry<AnyServerDto>): ServerSlot => {
        const same = old.find((slot) => !kept.has(slot) && isDeepStrictEqual(slot.written, entry.written));
        const slot = same ?? { written: entry.written, server: this.#server(entry, port) };
        kept.add(slot);
        if (!same && slot.server) starting.push(slot.server);
        return slot;
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
    if (!settings) return undefined;
    const listener = listenerOf(settings);
    if (!listener) {
      this.#log.warn(`${entry.path}: ${settings.protocol} servers are not served yet`);
      return undefined;
    }
    return new Server(settings, port, listener, this.#descriptors);
  }
}

/** What makes the listener of a server; undefined for a protocol that is not served. */
function listenerOf(settings: AnyServerDto): (() => Listener) | undefined {
  if (settings instanceof SocketServerDto) return () => new UnixListener(settings.address, settings);
  if (settings instanceof WebSocketServerDto) return undefined;
  // Python binds "" to all IPv4 addresses.
  const address = { host: settings.address || '0.0.0.0', port: settings.port };
  if (settings instanceof SslServerDto) return () => new TlsListener(address, settings.ssl);
  return () => new TcpListener(address);
}
