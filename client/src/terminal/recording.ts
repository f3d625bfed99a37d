/** As seen from this side: `rx` comes from the device, `tx` goes to it. */
export type Direction = 'rx' | 'tx';

/** Bytes that came one after the other. */
export interface Entry {
  /** Milliseconds since 1970 of the first of them. */
  readonly t: number;
  readonly dir: Direction;
  bytes: Uint8Array<ArrayBuffer>;
}

/** Kept at most; two minutes of a device that sends 1 MiB/s. */
const LIMIT_BYTES = 128 * 1024 * 1024;
/** Bytes that come within this belong together, up to the size of a page. */
const TOGETHER_MS = 20;
const ENTRY_BYTES = 4096;

/** All that passed, in order, the oldest given up when it is too much. */
export class Recording {
  #entries: Entry[] = [];
  #first = 0;
  #kept = 0;
  #lastAt = 0;
  /** Bytes each way since the start. */
  readonly totals: Record<Direction, number> = { rx: 0, tx: 0 };
  /** Counts the changes. */
  version = 0;

  constructor(private readonly limit = LIMIT_BYTES) {}

  get entries(): readonly Entry[] {
    return this.#first === 0 ? this.#entries : this.#entries.slice(this.#first);
  }

  /** Bytes that are not kept any more. */
  get dropped(): number {
    return this.totals.rx + this.totals.tx - this.#kept;
  }

  append(dir: Direction, bytes: Uint8Array<ArrayBuffer>, t: number): void {
    if (bytes.length === 0) return;
    this.version++;
    this.totals[dir] += bytes.length;
    this.#kept += bytes.length;
    for (let at = 0; at < bytes.length; at += ENTRY_BYTES)
      this.#add(dir, bytes.subarray(at, at + ENTRY_BYTES), t);
    while (this.#kept > this.limit) this.#dropOldest();
  }

  clear(): void {
    this.#entries = [];
    this.#first = 0;
    this.#kept = 0;
    this.totals.rx = 0;
    this.totals.tx = 0;
    this.version++;
  }

  #add(dir: Direction, bytes: Uint8Array<ArrayBuffer>, t: number): void {
    const last = this.#entries.at(-1);
    const together = last?.dir === dir && t - this.#lastAt <= TOGETHER_MS;
    this.#lastAt = t;
    if (last && together && last.bytes.length + bytes.length <= ENTRY_BYTES)
      last.bytes = joined(last.bytes, bytes);
    else this.#entries.push({ t, dir, bytes });
  }

  #dropOldest(): void {
    this.#kept -= this.#entries[this.#first]?.bytes.length ?? 0;
    this.#first++;
    if (this.#first < 1024) return;
    this.#entries = this.#entries.slice(this.#first);
    this.#first = 0;
  }
}

/** The second behind the first, in the room that the first already has where there is enough. */
function joined(a: Uint8Array<ArrayBuffer>, b: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const length = a.length + b.length;
  // A chunk as it came has no room behind it that is ours: only a buffer of exactly this size was made here.
  const room =
    a.buffer.byteLength === ENTRY_BYTES && a.byteOffset === 0 && a.length < ENTRY_BYTES
      ? a.buffer
      : undefined;
  const target = new Uint8Array(room ?? new ArrayBuffer(ENTRY_BYTES), 0, length);
  if (!room) target.set(a);
  target.set(b, a.length);
  return target;
}
