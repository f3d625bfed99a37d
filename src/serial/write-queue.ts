import type { SerialDevice } from './serial-device.js';

/** Bytes handed to the device at one time: more would only be held in the kernel's place. */
const BATCH_BYTES = 64 * 1024;

/** What a waiting task counts for among the bytes that wait, so that a flood of tasks is held back like one of bytes. */
const TASK_BYTES = 256;

/** Something to be done in its place among the bytes; it must not reject. */
export type Task = () => Promise<void>;

export interface WriteQueueEvents {
  /** The system is given these now. */
  giving?(chunks: readonly Buffer[]): void;
  /** The system took a part, or all: `load` is less than it was. */
  taken(bytes: number): void;
  failed(error: Error): void;
}

/**
 * What clients write to one device, in the order of its arrival. A chunk goes out in one piece: nothing of another
 * client gets in between. It does not refuse anything; who fills it looks at `bytes` and pauses its clients.
 */
export class WriteQueue {
  readonly #device: Pick<SerialDevice, 'write'>;
  readonly #events: WriteQueueEvents;
  #waiting: (Buffer | Task)[] = [];
  #bytes = 0;
  #tasks = 0;
  #state: 'idle' | 'writing' | 'stopped' = 'idle';

  constructor(device: Pick<SerialDevice, 'write'>, events: WriteQueueEvents) {
    this.#device = device;
    this.#events = events;
  }

  /** Bytes that the system has not taken yet. */
  get bytes(): number {
    return this.#bytes;
  }

  /** What waits, tasks included: who fills the queue is held back by it. */
  get load(): number {
    return this.#bytes + this.#tasks * TASK_BYTES;
  }

  /** Whether everything was taken and done. */
  get idle(): boolean {
    return this.load === 0;
  }

  push(chunk: Buffer): void {
    if (chunk.length === 0 || this.#state === 'stopped') return;
    this.#bytes += chunk.length;
    this.#waiting.push(chunk);
    if (this.#state === 'idle') this.#next();
  }

  /** Runs something in its place: when the bytes before it were taken, and before those after it. */
  do(task: Task): void {
    if (this.#state === 'stopped') return;
    this.#tasks++;
    this.#waiting.push(task);
    if (this.#state === 'idle') this.#next();
  }

  /** Ends it; the bytes that did not go out are returned as a number. */
  stop(): number {
    this.#state = 'stopped';
    this.#waiting = [];
    return this.#bytes;
  }

  #next(): void {
    const [first] = this.#waiting;
    if (first === undefined) {
      this.#state = 'idle';
      return;
    }
    this.#state = 'writing';
    if (typeof first === 'function') {
      this.#waiting.shift();
      void first().then(() => {
        this.#tasks--;
        this.#done(0);
      });
    } else {
      this.#write(this.#takeBatch());
    }
  }

  #write(batch: readonly Buffer[]): void {
    this.#events.giving?.(batch);
    this.#device.write(batch, (error) => {
      if (!error) this.#done(batch.reduce((bytes, chunk) => bytes + chunk.length, 0));
      else if (this.#state !== 'stopped') this.#events.failed(error);
    });
  }

  #done(bytes: number): void {
    if (this.#state === 'stopped') return;
    this.#bytes -= bytes;
    // The next part first: the device must not wait while clients are asked for more.
    this.#next();
    this.#events.taken(bytes);
  }

  /** The chunks up to the next task, as many as fill a batch. */
  #takeBatch(): Buffer[] {
    const batch: Buffer[] = [];
    let bytes = 0;
    for (const item of this.#waiting) {
      if (typeof item === 'function' || bytes >= BATCH_BYTES) break;
      batch.push(item);
      bytes += item.length;
    }
    this.#waiting.splice(0, batch.length);
    return batch;
  }
}
