import type { OutputLines, Signals } from '../protocol/codec.js';
import type { DeviceEvents, SerialDevice } from './serial-device.js';

/** The path of the device without hardware, as in pyserial. */
export const LOOP_PATH = 'loop://';

/**
 * What is written comes back, and so do the lines: RTS as CTS, DTR as DSR. While it is paused, what would come back waits, and so does whoever writes.
 */
export class LoopDevice implements SerialDevice {
  readonly path = LOOP_PATH;
  readonly steadyLines = true;
  #events: DeviceEvents | undefined;
  #paused = false;
  readonly #outputs = { rts: true, dtr: true };
  #waiting: (() => void)[] = [];

  start(events: DeviceEvents): void {
    this.#events = events;
  }

  write(chunk: Buffer, done: (error?: Error | null) => void): void {
    const answer = Buffer.from(chunk);
    const deliver = () => {
      this.#events?.data(answer);
      done();
    };
    if (this.#paused) this.#waiting.push(deliver);
    else setImmediate(deliver);
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    for (const deliver of this.#waiting.splice(0)) setImmediate(deliver);
  }

  update(): Promise<void> {
    return Promise.resolve();
  }

  getLines(): Promise<Signals> {
    const { rts, dtr } = this.#outputs;
    return Promise.resolve({ rts, dtr, cts: rts, dsr: dtr, ri: false, cd: false });
  }

  setLines(lines: OutputLines): Promise<void> {
    Object.assign(this.#outputs, lines);
    return Promise.resolve();
  }

  setBreak(): Promise<void> {
    return Promise.resolve();
  }

  drain(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.#events = undefined;
    return Promise.resolve();
  }
}
