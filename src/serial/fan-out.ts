import type { Encode } from '../protocol/codec.js';

/** Bytes of the device that may be joined before they are handed on: no more than a usual `buffer_limit`. */
const JOIN_BYTES = 64 * 1024;

/** Who gets what the device sends. */
export interface Receiver {
  readonly encode: Encode;
  /** @returns whether the system has all of it already, so that its memory may be used again */
  send(wire: Buffer): boolean;
}

/**
 * Hands what the device sends to every receiver. A chunk is encoded once for all that share an encoding. One write for
 * each receiver is what costs, so after a fan-out that took a while, what comes during the same while is joined into
 * one chunk; when the device is quiet, every chunk goes out at once.
 */
export class FanOut {
  readonly #groups = new Map<Encode, Set<Receiver>>();
  /** Made when it is needed, and filled again when nobody needs what it holds. */
  #joined: Buffer | undefined;
  #joinedBytes = 0;
  /** Until when chunks are joined, in the milliseconds of performance.now(). */
  #until = 0;
  #timer: NodeJS.Timeout | NodeJS.Immediate | undefined;

  add(receiver: Receiver): void {
    const group = this.#groups.get(receiver.encode);
    if (group) group.add(receiver);
    else this.#groups.set(receiver.encode, new Set([receiver]));
  }

  remove(receiver: Receiver): void {
    const group = this.#groups.get(receiver.encode);
    group?.delete(receiver);
    if (group?.size === 0) this.#groups.delete(receiver.encode);
    if (this.#groups.size > 0) return;
    // A port that nobody uses holds no memory for it.
    this.#joined = undefined;
    this.#joinedBytes = 0;
  }

  /** @returns whether nobody needs the chunk any more */
  push(chunk: Buffer): boolean {
    if (this.#joinedBytes + chunk.length > JOIN_BYTES) this.flush();
    // Copying half of what may be joined costs more than a write.
    const large = chunk.length >= JOIN_BYTES / 2;
    if (this.#joinedBytes === 0 && (large || performance.now() >= this.#until)) return this.#deliver(chunk);
    this.#joined ??= Buffer.allocUnsafeSlow(JOIN_BYTES);
    this.#joinedBytes += chunk.copy(this.#joined, this.#joinedBytes);
    if (this.#joinedBytes >= JOIN_BYTES || performance.now() >= this.#until) this.flush();
    else this.#wait();
    return true;
  }

  /** Delivers what was joined so far. */
  flush(): void {
    if (this.#timer) {
      clearTimeout(this.#timer as NodeJS.Timeout);
      clearImmediate(this.#timer as NodeJS.Immediate);
      this.#timer = undefined;
    }
    if (!this.#joined || this.#joinedBytes === 0) return;
    const chunk = this.#joined.subarray(0, this.#joinedBytes);
    this.#joinedBytes = 0;
    if (!this.#deliver(chunk)) this.#joined = undefined;
  }

  #wait(): void {
    if (this.#timer) return;
    const left = this.#until - performance.now();
    const look = () => {
      this.#timer = undefined;
      if (performance.now() >= this.#until) this.flush();
      else this.#wait();
    };
    // A timer is late by up to 1 ms, so shorter waits go round the event loop instead, which reads the device meanwhile.
    this.#timer = left >= 1 ? setTimeout(look, left) : setImmediate(look);
  }

  #deliver(chunk: Buffer): boolean {
    let free = true;
    const start = performance.now();
    for (const [encode, receivers] of this.#groups) {
      const wire = encode(chunk);
      if (wire.length === 0) continue;
      for (const receiver of receivers)
        if (!receiver.send(wire) && wire.buffer === chunk.buffer) free = false;
    }
    const end = performance.now();
    this.#until = end + (end - start);
    return free;
  }
}
