import type { Logger } from '@nestjs/common';
import type { OutputLines, Signals } from '../protocol/codec.js';
import { sentence } from '../errors.js';
import type { SerialDevice } from './serial-device.js';
import type { WriteQueue } from './write-queue.js';

/** What the lines of a device without lines read. */
const NO_LINES: Signals = { rts: false, dtr: false, cts: false, dsr: false, ri: false, cd: false };
/** Breaks that may wait for one device; a client could otherwise ask for hours of them in one packet. */
const WAITING_BREAKS = 8;

/** Somebody who wants to know of the lines. */
export interface SignalWatcher {
  /** Seconds between two looks that are often enough for it. */
  readonly pollInterval: number;
  /** The state at the time it came, a state that differs from the one before, or one that somebody asked for or set. */
  signals(signals: Signals, why: 'first' | 'changed' | 'asked'): void;
}

/** The modem lines and the break of an open device. The lines are looked at only while somebody wants to know. */
export class PortSignals {
  readonly #watchers = new Set<SignalWatcher>();
  readonly #device: SerialDevice;
  readonly #queue: WriteQueue;
  readonly #log: Logger;
  /** Line commands that wait for their place among the data. */
  #commands: Promise<void> = Promise.resolve();
  readonly #pending = new Set<() => void>();
  #last: Signals | undefined;
  #timer: NodeJS.Timeout | undefined;
  #breaks = 0;
  #warned = false;
  #closed = false;

  constructor(device: SerialDevice, queue: WriteQueue, log: Logger) {
    this.#device = device;
    this.#queue = queue;
    this.#log = log;
  }

  watch(watcher: SignalWatcher): void {
    this.#watchers.add(watcher);
    void this.#look().then((signals) => watcher.signals(signals, 'first'));
    this.#wait();
  }

  unwatch(watcher: SignalWatcher): void {
    if (!this.#watchers.delete(watcher)) return;
    if (this.#watchers.size === 0) clearTimeout(this.#timer);
  }

  /** The state after the line commands that came before; false for all where the device has no lines. */
  async read(): Promise<Signals> {
    await this.#commands;
    return this.#look();
  }

  /** Tells one watcher the state now. */
  tell(watcher: SignalWatcher): void {
    void this.read().then((signals) => watcher.signals(signals, 'asked'));
  }

  /** Sets lines when the data before has left the device; then tells everybody who watches. */
  set(lines: OutputLines): Promise<void> {
    const done = this.#inPlace(async () => {
      await this.#device.setLines(lines);
      this.#tellAll(await this.#read(), 'asked');
    });
    this.#commands = done;
    return done;
  }

  /** A break of so many milliseconds, in its place among the data. */
  sendBreak(ms: number): Promise<void> {
    if (this.#breaks >= WAITING_BREAKS) return Promise.resolve();
    this.#breaks++;
    return this.#inPlace(async () => {
      this.#breaks--;
      await this.#device.setBreak(true);
      await new Promise((resolve) => setTimeout(resolve, ms));
      await this.#device.setBreak(false);
    });
  }

  /** The device is closed; what still waited is given up. */
  close(): void {
    this.#closed = true;
    for (const giveUp of this.#pending) giveUp();
    clearTimeout(this.#timer);
    this.#watchers.clear();
  }

  #inPlace(command: () => Promise<void>): Promise<void> {
    return new Promise((resolve) => {
      this.#pending.add(resolve);
      this.#queue.do(async () => {
        try {
          await this.#device.drain();
          await command();
        } catch (error) {
          this.#without(error);
        }
        this.#pending.delete(resolve);
        resolve();
      });
    });
  }

  /** Reads the lines, and tells what has changed since somebody last did. */
  async #look(): Promise<Signals> {
    const before = this.#last;
    const signals = await this.#read();
    if (before && differ(before, signals)) this.#tellAll(signals, 'changed');
    return signals;
  }

  async #read(): Promise<Signals> {
    this.#last = await this.#device.getLines().catch((error: unknown) => {
      this.#without(error);
      return NO_LINES;
    });
    return this.#last;
  }

  #tellAll(signals: Signals, why: 'changed' | 'asked'): void {
    for (const watcher of this.#watchers) watcher.signals(signals, why);
  }

  #wait(): void {
    clearTimeout(this.#timer);
    const seconds = Math.min(...[...this.#watchers].map((watcher) => watcher.pollInterval));
    this.#timer = setTimeout(() => {
      void this.#look().then(() => {
        if (this.#watchers.size > 0) this.#wait();
      });
    }, seconds * 1000);
  }

  #without(error: unknown): void {
    if (this.#warned || this.#closed) return;
    this.#warned = true;
    this.#log.warn(
      `${this.#device.path} has no modem lines, commands for them are ignored: ${sentence(error)}`,
    );
  }
}

function differ(a: Signals, b: Signals): boolean {
  return (Object.keys(a) as (keyof Signals)[]).some((line) => a[line] !== b[line]);
}
