import type { SerialDevice } from './serial-device.js';

/** Bytes handed to the device at one time: more would only be held in the kernel's place. */
const BATCH_BYTES = 64 * 1024;

export interface WriteQueueEvents {
  /** Everything was taken by the system. */
  empty(): void;
  failed(error: Error): void;
}

/**
 * What clients write to one device, in the order of its arrival. A chunk goes out in one piece: nothing of another
 * client gets in between. It does not refuse anything; who fills it looks at `bytes` and pauses its clients.
 */
export class WriteQueue {
  readonly #device: Pick<SerialDevice, 'write'>;
  readonly #events: WriteQueueEvents;
  #waiting: Buffer[] = [];
  #bytes = 0;
  #state: 'idle' | 'writing' | 'stopped' = 'idle';

  constructor(device: Pick<SerialDevice, 'write'>, events: WriteQueueEvents) {
    this.#device = device;
    this.#events = events;
  }

  /** Bytes that the system has not taken yet. */
  get bytes(): number {
    return this.#bytes;
  }

  push(chunk: Buffer): void {
    if (chunk.length === 0 || this.#state === 'stopped') return;
    this.#bytes += chunk.length;
    this.#waiting.push(chunk);
    if (this.#state === 'idle') this.#next();
  }

  /** Ends it; the bytes that did not go out are returned as a number. */
  stop(): number {
    this.#state = 'stopped';
    this.#waiting = [];
    return this.#bytes;
  }

  #next(): void {
    const batch = this.#takeBatch();
    if (!batch.length) {
      this.#state = 'idle';
      this.#events.empty();
      return;
    }
    this.#state = 'writing';
    this.#device.write(batch, (error) => {
      if (this.#state === 'stopped') return;
      if (error) {
        this.#events.failed(error);
        return;
      }
      for (const chunk of batch) this.#bytes -= chunk.length;
      this.#next();
    });
  }

  #takeBatch(): Buffer[] {
    if (this.#waiting.length <= 1) return this.#waiting.splice(0);
    let count = 0;
    for (let bytes = 0; count < this.#waiting.length && bytes < BATCH_BYTES; count++)
      bytes += this.#waiting[count]?.length ?? 0;
    return this.#waiting.splice(0, count);
  }
}
