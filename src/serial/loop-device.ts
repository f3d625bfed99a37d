import type { DeviceEvents, SerialDevice } from './serial-device.js';

/** The path of the device without hardware, as in pyserial. */
export const LOOP_PATH = 'loop://';

/** What is written comes back. While it is paused, what would come back waits, and so does whoever writes. */
export class LoopDevice implements SerialDevice {
  readonly path = LOOP_PATH;
  #events: DeviceEvents | undefined;
  #paused = false;
  #waiting: (() => void)[] = [];

  start(events: DeviceEvents): void {
    this.#events = events;
  }

  write(chunks: readonly Buffer[], done: (error?: Error | null) => void): void {
    const deliver = () => {
      for (const chunk of chunks) this.#events?.data(chunk);
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

  close(): Promise<void> {
    this.#events = undefined;
    return Promise.resolve();
  }
}
