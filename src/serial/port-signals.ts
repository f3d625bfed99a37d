import type { Logger } from '@nestjs/common';
import type { OutputLines, Signals } from '../protocol/codec.js';
import { sentence } from '../errors.js';
import type { SerialDevice } from './serial-device.js';
import type { WriteQueue } from './write-queue.js';

/** What the lines of a device without lines read. */
const NO_LINES: Signals = { rts: false, dtr: false, cts: false, dsr: false, ri: false, cd: false };
/** Breaks that may wait for one device; a client could otherwise ask for hours of them in one packet. */
const WAITING_BREAKS = 8;
const BREAK_LIMIT_MS = 5000;
/** The log is told this often at most that lines do not answer now and then. */
const TELL_EVERY_MS = 60_000;

/** Somebody who wants to know of the lines. */
export interface SignalWatcher {
  /** Seconds between two looks that are often enough for it; Infinity when it only wants to be told what it asks. */
  readonly pollInterval: number;
  /** It only shows them: that a device has none is not worth a word in the log, nor another look. */
  readonly quiet?: boolean;
  /** The state at the time it came, a state that differs from the one before, or one that somebody asked for or set. */
  signals(signals: Signals, why: 'first' | 'changed' | 'asked'): void;
}

/** The modem lines and the break of an open device. The lines are looked at only while somebody wants to know. */
export class PortSignals {
  readonly #watchers = new Set<SignalWatcher>();
  readonly #device: SerialDevice;
  readonly #queue: WriteQueue;
  readonly #log: () => Logger;
  /** Line commands that wait for their place among the data. */
  #commands: Promise<unknown> = Promise.resolve();
  readonly #pending = new Set<() => void>();
  readonly #asking = new Set<SignalWatcher>();
  #last: Signals | undefined;
  #timer: NodeJS.Timeout | undefined;
  #breaks = 0;
  /** The command that is under way. */
  #running: Promise<unknown> | undefined;
  #endBreak: (() => void) | undefined;
  /** What the lines read when the device answered last. One that has answered once has lines, whatever fails later. */
  #known: Signals | undefined;
  /** Why the device has no lines. */
  #lineless: string | undefined;
  /** When the log was told that they do not answer, in the milliseconds of performance.now(). */
  #toldAt = -Infinity;
  #breakless = false;
  #closed = false;

  constructor(device: SerialDevice, queue: WriteQueue, log: () => Logger) {
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
    if (!this.#watchers.delete(watcher) || this.#watchers.size > 0) return;
    clearTimeout(this.#timer);
    this.#last = undefined;
  }

  /** The state after the line commands that came before; false for all where the device has no lines. */
  async read(): Promise<Signals> {
    await this.#commands;
    return this.#look();
  }

  /** The state at this moment, whatever commands wait; without a word in the log where the device has no lines. */
  now(): Promise<Signals> {
    return this.#watchers.size > 0 ? this.#look() : this.#ask().catch(() => this.#known ?? NO_LINES);
  }

  /** Tells one watcher the state now; what it asks before it has the answer shares that. */
  tell(watcher: SignalWatcher): void {
    if (this.#asking.has(watcher)) return;
    this.#asking.add(watcher);
    void this.read().then((signals) => {
      this.#asking.delete(watcher);
      watcher.signals(signals, 'asked');
    });
  }

  /**
   * Sets lines when the data before has left the device; then tells everybody who watches.
   * @returns whether the device took them
   */
  set(lines: OutputLines): Promise<boolean> {
    // Known to be in vain, it is not worth a place in the queue.
    if (this.#lineless !== undefined) {
      this.#without(this.#lineless);
      return Promise.resolve(false);
    }
    const done = this.#inPlace(async () => {
      await this.#device.setLines(lines);
      if (!this.#closed) this.#tellAll(await this.#read(), 'asked');
    });
    this.#commands = done;
    return done;
  }

  /** A break of so many milliseconds, at most 5000, in its place among the data; @returns whether there was one */
  async sendBreak(ms: number): Promise<boolean> {
    if (this.#breaks >= WAITING_BREAKS) return false;
    this.#breaks++;
    let sent = false;
    await this.#inPlace(async () => {
      this.#breaks--;
      try {
        await this.#device.setBreak(true);
        await new Promise<void>((resolve) => {
          this.#endBreak = resolve;
          setTimeout(resolve, Math.min(ms, BREAK_LIMIT_MS));
        });
        await this.#device.setBreak(false);
        sent = true;
      } catch (error) {
        if (!this.#breakless)
          this.#log().warn(`${this.#device.path} cannot send a break: ${sentence(error)}`);
        this.#breakless = true;
      }
    });
    return sent;
  }

  /** The device is about to be closed: a break ends, and what still waits is given up. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#watchers.clear();
    for (const giveUp of this.#pending) giveUp();
    this.#endBreak?.();
    await this.#running;
  }

  /** @returns whether it was done */
  #inPlace(command: () => Promise<void>): Promise<boolean> {
    return new Promise((resolve) => {
      const giveUp = () => resolve(false);
      this.#pending.add(giveUp);
      this.#queue.do(async () => {
        const run = this.#run(command);
        this.#running = run;
        const done = await run;
        this.#pending.delete(giveUp);
        resolve(done);
      });
    });
  }

  async #run(command: () => Promise<void>): Promise<boolean> {
    try {
      await this.#device.drain();
      if (this.#closed) return false;
      await command();
      return true;
    } catch (error) {
      // Only reading them tells whether there are any.
      await this.#ask().catch(() => {});
      this.#without(sentence(error));
      return false;
    }
  }

  /** Reads the lines, and tells what has changed since somebody last did. */
  async #look(): Promise<Signals> {
    const before = this.#last;
    const signals = await this.#read();
    if (before && differ(before, signals)) this.#tellAll(signals, 'changed');
    return signals;
  }

  async #read(): Promise<Signals> {
    try {
      await this.#ask();
    } catch (error) {
      this.#without(
        sentence(error),
        [...this.#watchers].every(({ quiet }) => quiet),
      );
    }
    this.#last = this.#known ?? NO_LINES;
    return this.#last;
  }

  async #ask(): Promise<Signals> {
    this.#known = await this.#device.getLines();
    this.#lineless = undefined;
    return this.#known;
  }

  #tellAll(signals: Signals, why: 'changed' | 'asked'): void {
    for (const watcher of this.#watchers) watcher.signals(signals, why);
  }

  #wait(): void {
    clearTimeout(this.#timer);
    if (this.#device.steadyLines) return;
    const watchers = [...this.#watchers].filter(({ quiet }) => !quiet || this.#lineless === undefined);
    const seconds = Math.min(...watchers.map((watcher) => watcher.pollInterval));
    if (seconds === Infinity) return;
    this.#timer = setTimeout(() => {
      void this.#look().then(() => {
        if (this.#watchers.size > 0) this.#wait();
      });
    }, seconds * 1000);
  }

  #without(why: string, quiet = false): void {
    if (this.#closed) return;
    if (!this.#known) this.#lineless = why;
    const now = performance.now();
    if (quiet || now - this.#toldAt < (this.#known ? TELL_EVERY_MS : Infinity)) return;
    this.#toldAt = now;
    const trouble = this.#known
      ? 'does not answer for its modem lines, it is asked again'
      : 'has no modem lines, commands for them are ignored';
    this.#log().warn(`${this.#device.path} ${trouble}: ${why}`);
  }
}

function differ(a: Signals, b: Signals): boolean {
  return (Object.keys(a) as (keyof Signals)[]).some((line) => a[line] !== b[line]);
}
