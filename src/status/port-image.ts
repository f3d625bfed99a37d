import type { PortStatusDto } from './status.dto.js';

/** What was told of a port last, key by key, in JSON: whatever changes is serialised once, for all who are told. */
export class PortImage {
  #keys: ReadonlyMap<string, string> = new Map();

  /** `"a":1,"b":2` */
  get json(): string {
    return members(this.#keys);
  }

  /** @returns the members that differ from before, null for one that is gone; empty when nothing differs */
  update(status: PortStatusDto): string {
    const before = this.#keys;
    this.#keys = new Map(Object.entries(status).map(([key, value]) => [key, JSON.stringify(value)]));
    const changed = new Map([...this.#keys].filter(([key, json]) => before.get(key) !== json));
    for (const key of before.keys()) if (!this.#keys.has(key)) changed.set(key, 'null');
    return members(changed);
  }
}

function members(keys: ReadonlyMap<string, string>): string {
  return Array.from(keys, ([key, json]) => `${JSON.stringify(key)}:${json}`).join();
}
