/** As seen from this side: `rx` comes from the device, `tx` goes to it. */
export type Direction = 'rx' | 'tx';

const KINDS = ['rx', 'tx', 'note'] as const;

/** Bytes that came one after the other; or a note of what happened at this place, in UTF-8. */
export interface Entry {
  /** Milliseconds since 1970 of the first of them. */
  readonly t: number;
  readonly dir: Direction | 'note';
  bytes: Uint8Array<ArrayBuffer>;
}

export const PAGE_BYTES = 256 * 1024;
const PAGE_ENTRIES = 4096;
const ENTRY_BYTES = 4096;
/** A time and a mark: the length, and the kind in its two low bits. */
const INDEX_BYTES = 8 + 4;

/** A stretch of a session, in one piece of memory. */
export class Page {
  readonly entries: Entry[] = [];
  readonly #bytes = new Uint8Array(PAGE_BYTES);
  #used = 0;

  /**
   * Takes what there is room for.
   * @param joins whether they belong to the last entry
   * @returns how many bytes it took; 0 when it is full
   */
  add(dir: Entry['dir'], bytes: Uint8Array, t: number, joins: boolean): number {
    const last = joins ? this.entries.at(-1) : undefined;
    const open = last && last.bytes.length < ENTRY_BYTES ? last : undefined;
    if (!open && this.entries.length === PAGE_ENTRIES) return 0;
    const room = Math.min(PAGE_BYTES - this.#used, ENTRY_BYTES - (open?.bytes.length ?? 0));
    const part = bytes.subarray(0, room);
    if (part.length === 0) return 0;
    const start = open ? open.bytes.byteOffset : this.#used;
    this.#bytes.set(part, this.#used);
    this.#used += part.length;
    const all = this.#bytes.subarray(start, this.#used);
    if (open) open.bytes = all;
    else this.entries.push({ t, dir, bytes: all });
    return part.length;
  }

  /** A copy outside of the page's memory: a browser keeps it in a process of its own, or on disk when it is much. */
  seal(): SealedPage {
    const times = Float64Array.from(this.entries, ({ t }) => t);
    const marks = Uint32Array.from(this.entries, ({ dir, bytes }) => bytes.length * 4 + KINDS.indexOf(dir));
    const blob = new Blob([times, marks, this.#bytes.subarray(0, this.#used)]);
    return new SealedPage(
      blob,
      this.entries.length,
      this.#used,
      this.entries.every(({ dir }) => dir === 'rx'),
    );
  }
}

export class SealedPage {
  constructor(
    readonly blob: Blob,
    private readonly count: number,
    /** Bytes of the entries. */
    readonly length: number,
    private readonly onlyReceived: boolean,
  ) {}

  /** @throws DOMException when the browser has not kept it */
  async entries(): Promise<Entry[]> {
    const buffer = await this.blob.arrayBuffer();
    const times = new Float64Array(buffer, 0, this.count);
    const marks = new Uint32Array(buffer, this.count * 8, this.count);
    let end = this.count * INDEX_BYTES;
    return Array.from(times, (t, at) => {
      const mark = marks[at] ?? 0;
      const start = end;
      end += mark >>> 2;
      return { t, dir: KINDS[mark & 3] ?? 'note', bytes: new Uint8Array(buffer, start, end - start) };
    });
  }

  /** What came from the device. */
  async received(): Promise<Blob> {
    if (this.onlyReceived) return this.blob.slice(this.count * INDEX_BYTES);
    return new Blob((await this.entries()).filter(({ dir }) => dir === 'rx').map(({ bytes }) => bytes));
  }
}
