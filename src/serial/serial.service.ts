import { Inject, Injectable } from '@nestjs/common';
import { isDeepStrictEqual } from 'node:util';
import type { Config, PortEntry } from '../config/config.js';
import type { PortDto } from '../config/config.dto.js';
import { AppliedChange, ConfigApplier, ConfigService } from '../config/config.service.js';
import type { SerialDto } from '../config/serial.dto.js';
import { isObject } from '../config/shape.js';
import { sentence } from '../errors.js';
import { PlaceLog } from '../log-record.js';
import type { DeviceInfo } from './device-list.js';
import { type Trouble, troubleOf } from './device-trouble.js';
import { DeviceWatch, LOOK_MS } from './device-watch.js';
import { findDevice } from './find-device.js';
import { loadIoctl } from './ioctl.js';
import { PortChanges } from './port-changes.js';
import { labelOf } from './port-label.js';
import { OPEN_DEVICE, type OpenDevice } from './serial-device.js';
import type { PortSetup } from './port-client.js';
import { SerialPort } from './serial-port.js';

/** A configured port; without `port` its entry has a mistake and is not served. */
export interface PortSlot {
  readonly entry: PortEntry;
  readonly port?: SerialPort;
  readonly setup?: PortSetup;
}

/** All configured ports, at the indexes of the configuration. */
@Injectable()
export class SerialService implements ConfigApplier {
  readonly changes = new PortChanges();
  readonly #troubles = new WeakMap<SerialPort, Trouble>();
  #slots: PortSlot[] = [];
  /** What a change under way may bring back, or still has to remove. */
  #before: readonly PortSlot[] = [];
  #unfollow: (() => void) | undefined;
  #looking: Promise<void> | undefined;

  constructor(
    private readonly config: ConfigService,
    private readonly watch: DeviceWatch,
    @Inject(OPEN_DEVICE) private readonly openDevice: OpenDevice,
  ) {}

  get slots(): readonly PortSlot[] {
    return this.#slots;
  }

  async start(): Promise<void> {
    this.config.register(this);
    await this.apply(this.config.current);
    await loadIoctl();
    await this.look('warn');
    this.#unfollow = this.watch.follow(() => void this.look());
    this.changes.on('lost', () => this.watch.soon());
  }

  /** @throws DeviceRefused when an open device does not take its new settings */
  async apply(next: Config): Promise<AppliedChange> {
    const before = this.#slots;
    const left = [...before];
    const take = (fits: (slot: PortSlot) => boolean) => {
      const at = left.findIndex((slot) => slot.port && fits(slot));
      return at < 0 ? undefined : left.splice(at, 1)[0];
    };
    const kept: (PortSlot | undefined)[] = next.ports.map(() => undefined);
    for (const same of [isDeepStrictEqual, sameNameAndDevice, sameDevice]) {
      next.ports.forEach(({ written }, index) => {
        // Anything may stand there in the file.
        if (isObject(written))
          kept[index] ??= take(({ entry }) => same(entry.written as WrittenPort, written));
      });
    }
    const slots: PortSlot[] = [];
    const updated: PortSlot[] = [];
    const undo = async () => {
      for (const { port, setup } of updated.toReversed()) {
        if (setup) await port?.update(setup).catch((error: unknown) => logOf(port).error(sentence(error)));
      }
    };
    try {
      for (const [index, entry] of next.ports.entries()) {
        const { path, value } = entry;
        if (!value) {
          slots.push({ entry });
          left.push(...(kept[index] ? [kept[index]] : []));
          continue;
        }
        const setup = setupOf(path, value);
        const same = kept[index];
        if (same) updated.push(same);
        await same?.port?.update(setup);
        slots.push({
          entry,
          setup,
          port: same?.port ?? new SerialPort(setup, this.openDevice, this.#find, this.changes),
        });
      }
    } catch (error) {
      await undo();
      throw error;
    }
    this.#before = before;
    this.#serve(slots);
    return {
      undo: async () => {
        this.#serve(before);
        await undo();
      },
      settle: async () => {
        for (const { port } of left) await port?.remove('the port was removed');
        this.#before = [];
      },
    };
  }

  readonly #find = (serial: SerialDto) => findDevice(serial, () => this.watch.listAnew());

  /** Why the device of a closed port cannot be opened, as it was seen last; undefined when it can. */
  trouble(port: SerialPort): Trouble | undefined {
    return this.#troubles.get(port);
  }

  #serve(slots: PortSlot[]): void {
    this.#slots = slots;
    this.changes.emit('ports');
    this.watch.soon();
  }

  /** Closes all ports, also those that a change under way replaces; what is queued may take `ms` to go out. */
  async close(ms: number): Promise<void> {
    this.#unfollow?.();
    const ports = new Set([...this.#before, ...this.#slots].flatMap(({ port }) => port ?? []));
    await Promise.all([...ports].map((port) => port.drainAndRemove('the server stops', ms)));
  }

  /** Looks which devices of closed ports are there; who asks while a look is under way shares it. */
  look(level: 'warn' | 'log' = 'log'): Promise<void> {
    return (this.#looking ??= this.#lookNow(level).finally(() => (this.#looking = undefined)));
  }

  /**
   * Tells once when a device is missing, and once when it is there again; the devices themselves are not opened. After
   * the start that is no warning: a device that is lost while it is in use was reported already.
   */
  async #lookNow(level: 'warn' | 'log'): Promise<void> {
    const ports = this.#slots.flatMap(({ port }) => port ?? []);
    let listed: Promise<DeviceInfo[]> | undefined;
    const find = (serial: SerialDto) => findDevice(serial, () => (listed ??= this.watch.list()));
    const troubles = ports.map(async (port) =>
      port.state === 'closed' ? port.check(find).then(() => undefined, troubleOf) : undefined,
    );
    for (const [index, port] of ports.entries()) {
      const trouble = await troubles[index];
      if (trouble?.reason === this.trouble(port)?.reason) continue;
      if (trouble) logOf(port)[level](`${trouble.reason}; looking again every ${LOOK_MS / 1000} s`);
      else if (port.state === 'closed') logOf(port).log('the device is there');
      if (trouble) this.#troubles.set(port, trouble);
      else this.#troubles.delete(port);
      port.changed();
    }
  }
}

const logOf = (port: SerialPort) => new PlaceLog({ port: port.label });

function setupOf(path: string, settings: PortDto): PortSetup {
  const { serial, max_connections, on_limit } = settings;
  return {
    label: labelOf(path, settings),
    serial,
    max_connections,
    on_limit,
  };
}

interface WrittenPort {
  readonly name?: unknown;
  readonly serial?: { readonly port?: unknown; readonly match?: unknown };
}

// What a changed entry is recognised by, wherever it moved to. With another device it is another port, and the old one stays
// until the change is kept.
const sameDevice = (a: WrittenPort, b: WrittenPort) =>
  a.serial?.port === b.serial?.port && isDeepStrictEqual(a.serial?.match, b.serial?.match);
const sameNameAndDevice = (a: WrittenPort, b: WrittenPort) => a.name === b.name && sameDevice(a, b);
