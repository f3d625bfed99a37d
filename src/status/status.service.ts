import { Injectable } from '@nestjs/common';
import type { Caller } from '../auth/caller.js';
import { AppError } from '../errors.js';
import { ListenerService } from '../listener/listener.service.js';
import { SIGNALS } from '../config/server.dto.js';
import { nameOf } from '../config/shape.js';
import type { Signals } from '../protocol/codec.js';
import { DeviceWatch } from '../serial/device-watch.js';
import type { PortSignals } from '../serial/port-signals.js';
import type { SerialPort } from '../serial/serial-port.js';
import { type PortSlot, SerialService } from '../serial/serial.service.js';
import { detectedDevices } from './detected.js';
import { portStatus } from './port-status.js';
import type {
  DetectedDeviceDto,
  OnePortStatusDto,
  PortSignalsDto,
  PortStatusDto,
  StatusDto,
  StatusQueryDto,
} from './status.dto.js';

/** What the lines of a closed device read. */
const NO_LINES: Signals = { rts: false, dtr: false, cts: false, dsr: false, ri: false, cd: false };
/** How long a device may take to tell its lines before the answer goes without them; a stuck USB adapter never does. */
const LINES_MS = 500;

/** No port has the name or endpoint that was asked for. */
export class NoSuchPort extends AppError {
  constructor({ port, endpoint }: StatusQueryDto) {
    const what = port === undefined ? `with the endpoint "${endpoint}"` : `named "${port}"`;
    super('NO_SUCH_PORT', 404, `There is no port ${what}; GET /api/status lists them all`);
  }
}

/** What runs now: the ports, servers and clients, and the devices of this machine. */
@Injectable()
export class StatusService {
  /** As they were read last. */
  readonly #lines = new WeakMap<PortSignals, Signals>();

  constructor(
    private readonly serial: SerialService,
    private readonly listeners: ListenerService,
    private readonly watch: DeviceWatch,
  ) {}

  /** @throws NoSuchPort */
  async status(query: StatusQueryDto, { admin }: Caller): Promise<StatusDto | OnePortStatusDto> {
    await this.refresh();
    const { slots } = this.serial;
    if (query.port === undefined && query.endpoint === undefined)
      return { ports: slots.map((slot) => this.portStatus(slot)), admin };
    const slot = slots[this.find(query) ?? -1];
    if (!slot) throw new NoSuchPort(query);
    return { port: this.portStatus(slot), admin };
  }

  /** The lines of all ports. */
  async signals(): Promise<PortSignalsDto[]> {
    await this.refresh();
    return this.serial.slots.map((slot) => {
      const { name = null, serial, signals = NO_LINES } = this.portStatus(slot);
      return { name, connected: serial.connected, signals };
    });
  }

  /** The serial devices of this machine, and the ports that use them. */
  async detect(): Promise<DetectedDeviceDto[]> {
    return detectedDevices(await this.watch.list(), this.serial.slots);
  }

  /** Looks at what does not tell by itself: absent devices, and lines that nobody watches. */
  async refresh(): Promise<void> {
    const ports = this.serial.slots.flatMap(({ port }) => port ?? []);
    await Promise.all([this.serial.look(), ...ports.map((port) => this.#readLines(port))]);
  }

  async #readLines(port: SerialPort): Promise<void> {
    const { signals } = port;
    if (!signals) return;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, LINES_MS)));
    await Promise.race([late, signals.now().then((lines) => void this.note(signals, lines))]);
    clearTimeout(timer);
  }

  /** What a port is and does at this moment. */
  portStatus(slot: PortSlot): PortStatusDto {
    const { port } = slot;
    return portStatus(slot, {
      servers: port ? this.listeners.slots(port) : [],
      trouble: port && this.serial.trouble(port),
      signals: port?.signals && this.#lines.get(port.signals),
    });
  }

  /** The lines of an open device were read; returns whether they differ from those that were read before. */
  note(signals: PortSignals, lines: Signals): boolean {
    const before = this.#lines.get(signals);
    this.#lines.set(signals, lines);
    return !before || SIGNALS.some((line) => before[line] !== lines[line]);
  }

  /** Where the port stands that has the name, or else the endpoint, that is asked for; it may have a mistake. */
  find({ port: name, endpoint }: StatusQueryDto): number | undefined {
    const index = this.serial.slots.findIndex(({ entry }) =>
      name !== undefined
        ? nameOf(entry.written) === name
        : entry.servers.some(({ value }) => value && 'endpoint' in value && value.endpoint === endpoint),
    );
    return index < 0 ? undefined : index;
  }
}
