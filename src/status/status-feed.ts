import { Injectable } from '@nestjs/common';
import { DeviceWatch } from '../serial/device-watch.js';
import type { PortSignals, SignalWatcher } from '../serial/port-signals.js';
import type { SerialPort } from '../serial/serial-port.js';
import { type PortSlot, SerialService } from '../serial/serial.service.js';
import { PortImage } from './port-image.js';
import type { PortStatusDto } from './status.dto.js';
import { StatusService } from './status.service.js';
import type { Update } from './status-view.js';

/** Ports whose first bytes after a quiet time are told at once, between two beats: each may cost all readers a line with everything. */
const EARLY_PORTS = 5;
/** Seconds between two looks at lines that nobody but readers of the status watches: with `lines` below, less than 0.2. */
const SIGNALS_SECONDS = 0.075;

/** Tells what changes in the status, from events, and only while somebody wants to know. */
@Injectable()
export class StatusFeed {
  /** Milliseconds that what comes at once is gathered in, between two lines, and between two beats at which bytes are counted. */
  readonly pace = { gather: 20, lines: 100, bytes: 1000 };
  #tell: ((update: Update) => void) | undefined;
  #begun: Promise<void> | undefined;
  /** Who waits until everything is told. */
  #awaiting: (() => void)[] = [];
  #unfollow: (() => void) | undefined;
  readonly #signals = new Map<SerialPort, { readonly from: PortSignals; readonly watcher: SignalWatcher }>();
  #slots: readonly PortSlot[] = [];
  #images: PortImage[] = [];
  #detected = '[]';
  #detectedNow = '[]';
  #allChanged = false;
  readonly #changed = new Set<SerialPort>();
  /** Ports whose bytes moved in the beat before, or were told since: what moves there now waits for the next beat. */
  #busy = new Set<SerialPort>();
  readonly #counted = new Set<SerialPort>();
  #early = 0;
  #timer: NodeJS.Timeout | undefined;
  #beat: NodeJS.Timeout | undefined;
  #lastLines = 0;

  constructor(
    private readonly status: StatusService,
    private readonly serial: SerialService,
    private readonly devices: DeviceWatch,
  ) {}

  /** Everything, as it was told last. */
  get told(): Update {
    return {
      ports: this.#images,
      detected: this.#detected,
      reordered: true,
      changed: new Map(),
      detectedChanged: false,
    };
  }

  /**
   * Begins to tell; what is there now is taken for told. Done when everything is told that is known to have changed, also
   * when it was begun before.
   */
  async start(tell: (update: Update) => void): Promise<void> {
    this.#begun ??= this.#begin(tell);
    await Promise.all([this.#begun, this.#lookAgain()]);
    if (this.#timer) await new Promise<void>((resolve) => this.#awaiting.push(resolve));
  }

  stop(): void {
    const { changes } = this.serial;
    changes.off('port', this.#portChanged).off('bytes', this.#bytesMoved).off('ports', this.#portsChanged);
    this.#unfollow?.();
    this.#begun = this.#tell = undefined;
    for (const { from, watcher } of this.#signals.values()) from.unwatch(watcher);
    this.#signals.clear();
    clearTimeout(this.#timer);
    clearTimeout(this.#beat);
    this.#timer = this.#beat = undefined;
    this.#counted.clear();
    this.#startBeat();
  }

  async #begin(tell: (update: Update) => void): Promise<void> {
    const { changes } = this.serial;
    changes.on('port', this.#portChanged).on('bytes', this.#bytesMoved).on('ports', this.#portsChanged);
    this.#unfollow = this.devices.follow(() => void this.#listDevices());
    await this.#lookAgain();
    this.#allChanged = true;
    this.#flush();
    this.#tell = tell;
  }

  async #lookAgain(): Promise<void> {
    await Promise.all([this.status.refresh(), this.#listDevices()]);
  }

  readonly #portChanged = (port: SerialPort): void => {
    this.#changed.add(port);
    this.#schedule();
  };

  readonly #portsChanged = (): void => {
    this.#allChanged = true;
    this.#schedule();
  };

  readonly #bytesMoved = (port: SerialPort): void => {
    if (this.#busy.has(port) || this.#early === EARLY_PORTS) {
      this.#countLater(port);
      return;
    }
    this.#early++;
    this.#busy.add(port);
    this.#portChanged(port);
    this.#awaitBeat();
  };

  #countLater(port: SerialPort): void {
    this.#counted.add(port);
    this.#awaitBeat();
  }

  /** It goes on for as long as bytes move. */
  #awaitBeat(): void {
    this.#beat ??= setTimeout(() => {
      this.#beat = undefined;
      for (const port of this.#counted) this.#portChanged(port);
      this.#startBeat();
      if (this.#busy.size > 0) this.#awaitBeat();
    }, this.pace.bytes);
  }

  #startBeat(): void {
    this.#early = 0;
    this.#busy = new Set(this.#counted);
    this.#counted.clear();
  }

  async #listDevices(): Promise<void> {
    const detected = JSON.stringify(await this.status.detect());
    if (detected === this.#detectedNow) return;
    this.#detectedNow = detected;
    this.#schedule();
  }

  #schedule(): void {
    if (!this.#begun || this.#timer) return;
    const wait = Math.ceil(this.#lastLines + this.pace.lines - performance.now());
    this.#timer = setTimeout(() => this.#flush(), Math.max(this.pace.gather, wait));
  }

  /** Tells what has changed since the last time. */
  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const { slots } = this.serial;
    const reordered = !sameOrder(slots, this.#slots);
    if (reordered) this.#reorder(slots);
    const changed = new Map<number, string>();
    for (const [index, slot] of slots.entries()) {
      const { port } = slot;
      if (!this.#allChanged && !reordered && !(port && this.#changed.has(port))) continue;
      const status = this.status.portStatus(slot);
      const json = this.#images[index]?.update(status);
      if (json) changed.set(index, json);
      if (port) this.#watchLines(port);
      // What waits gets less without a word of it.
      if (port && isWaiting(status)) this.#countLater(port);
    }
    this.#slots = slots;
    this.#changed.clear();
    this.#allChanged = false;
    const detectedChanged = this.#detected !== this.#detectedNow;
    this.#detected = this.#detectedNow;
    if (reordered || changed.size > 0 || detectedChanged) {
      this.#lastLines = performance.now();
      this.#tell?.({ ...this.told, reordered, changed, detectedChanged });
    }
    for (const goOn of this.#awaiting.splice(0)) goOn();
  }

  #reorder(slots: readonly PortSlot[]): void {
    const images = new Map(this.#slots.map(({ port }, index) => [port, this.#images[index]]));
    this.#images = slots.map(({ port }) => (port && images.get(port)) ?? new PortImage());
    const ports = new Set(slots.map(({ port }) => port));
    for (const port of this.#signals.keys()) if (!ports.has(port)) this.#signals.delete(port);
  }

  #watchLines(port: SerialPort): void {
    const from = port.signals;
    if (this.#signals.get(port)?.from === from) return;
    this.#signals.delete(port);
    if (!from) return;
    const watcher: SignalWatcher = {
      pollInterval: SIGNALS_SECONDS,
      quiet: true,
      signals: (lines) => {
        if (this.status.note(from, lines)) this.#portChanged(port);
      },
    };
    this.#signals.set(port, { from, watcher });
    from.watch(watcher);
  }
}

/** Whether the same ports stand at the same indexes. */
function sameOrder(a: readonly PortSlot[], b: readonly PortSlot[]): boolean {
  return a.length === b.length && a.every(({ port }, index) => port === b[index]?.port);
}

function isWaiting({ queue, servers }: PortStatusDto): boolean {
  return queue > 0 || servers.some(({ connections }) => connections.some((client) => client.queue > 0));
}
