/** Chance that can be had again: what an actor does follows from the seed and its name. */
import { setTimeout as sleep } from 'node:timers/promises';

export class Random {
  #state;

  /** @param seed any text */
  constructor(seed) {
    this.seed = seed;
    // FNV-1a
    let hash = 0x811c9dc5;
    for (const byte of Buffer.from(seed)) hash = Math.imul(hash ^ byte, 0x01000193);
    this.#state = hash >>> 0;
  }

  /** Somebody else's, which does not depend on how often this one was asked. */
  of(name) {
    return new Random(`${this.seed} ${name}`);
  }

  /** 0 <= x < 1 (mulberry32) */
  next() {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** from <= x < to */
  between(from, to) {
    return from + this.next() * (to - from);
  }

  /** from <= n <= to */
  whole(from, to) {
    return Math.floor(this.between(from, to + 1));
  }

  chance(share) {
    return this.next() < share;
  }

  pick(list) {
    return list[Math.floor(this.next() * list.length)];
  }

  bytes(count) {
    return Buffer.from(Array.from({ length: count }, () => this.whole(0, 255)));
  }

  /** Some time within these seconds; cut short by the signal. */
  async pause(from, to, signal) {
    await sleep(this.between(from, to) * 1000, undefined, { signal }).catch(() => {});
  }
}
