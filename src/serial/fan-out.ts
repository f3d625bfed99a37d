import type { Encode } from '../protocol/codec.js';

/** Bytes of the device that may be joined before they are handed on: no more than a usual `buffer_limit`. */
const JOIN_BYTES = 64 * 1024;

/** Who gets what the device sends. */
export interface Receiver {
  readonly encode: Encode;
  send(wire: Buffer): void;
}

/**
 * Hands what the device sends to every receiver. A chunk is encoded once for all that share an encoding. One write for
 * each receiver is what costs, so after a fan-out that took a while, what comes during the same while is joined into
 * one chunk; when the device is quiet, every chunk goes out at once.
 */
export class FanOut {
  readonly #groups = new Map<Encode, Set<Receiver>>();
  #joined: Buffer[] = [];
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
  }

  push(chunk: Buffer): void {
    if (this.#joined.length === 0 && performance.now() >= this.#until) {
      this.#deliver(chunk);
      return;
    }
    if (this.#joinedBytes + chunk.length > JOIN_BYTES) this.flush();
    this.#joined.push(chunk);
    this.#joinedBytes += chunk.length;
    if (this.#joinedBytes >= JOIN_BYTES || performance.now() >= this.#until) this.flush();
    else this.#wait();
  }

  /** Delivers what was joined so far. */
  flush(): void {
    if (this.#timer) {
      clearTimeout(this.#timer as NodeJS.Timeout);
      clearImmediate(this.#timer as NodeJS.Immediate);
      this.#timer = undefined;
    }
    if (this.#joined.length === 0) return;
    const chunk = Buffer.concat(this.#joined, this.#joinedBytes);
    this.#joined = [];
    this.#joinedBytes = 0;
    this.#deliver(chunk);
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

  #deliver(chunk: Buffer): void {
    const start = performance.now();
    for (const [encode, receivers] of this.#groups) {
      const wire = encode(chunk);
      if (wire.length > 0) for (const receiver of receivers) receiver.send(wire);
    }
    const end = performance.now();
    this.#until = end + (end - start);
  }
}
