import { BLOCK_BYTES } from './port-limits.js';
import type { SerialDevice } from './serial-device.js';

/** Blocks kept for the next bytes: the device takes one while clients fill the other. */
const SPARE_BLOCKS = 2;

/** What a waiting task counts for among the bytes that wait, so that a flood of tasks is held back like one of bytes. */
export const TASK_BYTES = 256;

/** Something to be done in its place among the bytes; it must not reject. */
export type Task = () => Promise<void>;

export interface WriteQueueEvents {
  /** The system is given this now; whoever keeps bytes of it copies them. */
  giving?(chunk: Buffer): void;
  /** The system took a part, or all: `load` is less than it was. */
  taken(bytes: number): void;
  failed(error: Error): void;
}

/** Bytes one behind the other, in memory that is used again. */
interface Block {
  readonly memory: Buffer;
  length: number;
}

/**
 * What clients write to one device, in the order of its arrival. A chunk goes out in one piece: nothing of another
 * client gets in between. It does not refuse anything; who fills it looks at `bytes` and pauses its clients.
 */
export class WriteQueue {
  readonly #device: Pick<SerialDevice, 'write'>;
  readonly #events: WriteQueueEvents;
  #waiting: (Block | Task)[] = [];
  #spare: Block[] = [];
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

  /** Takes a copy of the bytes. */
  push(chunk: Buffer): void {
    if (chunk.length === 0 || this.#state === 'stopped') return;
    this.#bytes += chunk.length;
    for (let at = 0; at < chunk.length;) {
      const block = this.#blockWithRoom();
      const copied = chunk.copy(block.memory, block.length, at);
      block.length += copied;
      at += copied;
    }
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
    this.#spare = [];
    return this.#bytes;
  }

  #blockWithRoom(): Block {
    const last = this.#waiting.at(-1);
    if (typeof last === 'object' && last.length < BLOCK_BYTES) return last;
    const block = this.#spare.pop() ?? { memory: Buffer.allocUnsafeSlow(BLOCK_BYTES), length: 0 };
    this.#waiting.push(block);
    return block;
  }

  #next(): void {
    const first = this.#waiting.shift();
    if (first === undefined) {
      this.#state = 'idle';
      return;
    }
    this.#state = 'writing';
    if (typeof first === 'object') this.#write(first);
    else
      void first().then(() => {
        this.#tasks--;
        this.#done(0);
      });
  }

  #write(block: Block): void {
    const chunk = block.memory.subarray(0, block.length);
    this.#events.giving?.(chunk);
    this.#device.write(chunk, (error) => {
      if (error) {
        if (this.#state !== 'stopped') this.#events.failed(error);
        return;
      }
      block.length = 0;
      if (this.#spare.length < SPARE_BLOCKS) this.#spare.push(block);
      this.#done(chunk.length);
    });
  }

  #done(bytes: number): void {
    if (this.#state === 'stopped') return;
    this.#bytes -= bytes;
    // The next part first: the device must not wait while clients are asked for more.
    this.#next();
    this.#events.taken(bytes);
  }
}
