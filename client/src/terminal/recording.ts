import { type Direction, type Entry, Page, PAGE_BYTES, type SealedPage } from './page.js';

/** Kept for the saved file at most: 17 minutes of a device that sends 1 MiB/s, a day of one at 115200 baud. */
export const KEPT_BYTES = 1024 ** 3;
/** Kept for the screen at most, the newest. */
const SHOWN_PAGES = (16 * 1024 * 1024) / PAGE_BYTES;
/** Bytes that come within this belong together. */
const TOGETHER_MS = 20;

const encoder = new TextEncoder();

interface Options {
  /** Called once, when the first byte is given up. */
  full?: () => void;
  /** Bytes for the file. */
  kept?: number;
}

/**
 * All that passed, in order. The newest part is at hand, to be shown; everything, until it is too much, is kept outside of the page's memory, for
 * the file that is saved.
 */
export class Recording {
  #pages: Page[] = [new Page()];
  #sealed: SealedPage[] = [];
  #sealedBytes = 0;
  #lastAt = 0;
  #dropped = 0;
  readonly #full: () => void;
  readonly #limit: number;
  /** Bytes each way since the start. */
  readonly totals: Record<Direction, number> = { rx: 0, tx: 0 };
  /** Counts the changes. */
  version = 0;
  /** Counts how often it was cleared. */
  clears = 0;

  constructor({ full = () => {}, kept = KEPT_BYTES }: Options = {}) {
    this.#full = full;
    this.#limit = kept;
  }

  /** What can be shown, oldest first. */
  get pages(): readonly Page[] {
    return this.#pages;
  }

  /** Bytes that the saved file has no more. */
  get dropped(): number {
    return this.#dropped;
  }

  append(dir: Direction, bytes: Uint8Array, t: number): void {
    this.totals[dir] += bytes.length;
    this.#add(dir, bytes, t);
  }

  /** What happened at this place. */
  note(text: string, t: number): void {
    this.#lastAt = -Infinity;
    this.#add('note', encoder.encode(text), t);
    this.#lastAt = -Infinity;
  }

  /** Nothing of what came until now is shown any more; the saved file has it all the same. */
  clear(): void {
    this.#turn();
    this.#pages = this.#pages.slice(-1);
    this.clears++;
    this.version++;
  }

  /** Everything that is kept, oldest first. */
  sealed(): SealedPage[] {
    const [last] = this.#pages.slice(-1);
    return last ? [...this.#sealed, last.seal()] : this.#sealed;
  }

  #add(dir: Entry['dir'], bytes: Uint8Array, t: number): void {
    if (bytes.length === 0) return;
    this.version++;
    const together = t - this.#lastAt <= TOGETHER_MS;
    this.#lastAt = t;
    for (let at = 0; at < bytes.length;) {
      const page = this.#pages.at(-1);
      const joins = together && page?.entries.at(-1)?.dir === dir;
      const took = page?.add(dir, bytes.subarray(at), t, joins) ?? 0;
      at += took;
      if (took === 0) this.#turn();
    }
  }

  /** The page that is full is put away, and an empty one begun. */
  #turn(): void {
    const [full] = this.#pages.slice(-1);
    if (full) this.#keep(full.seal());
    this.#pages.push(new Page());
    if (this.#pages.length > SHOWN_PAGES) this.#pages = this.#pages.slice(-SHOWN_PAGES);
  }

  #keep(page: SealedPage): void {
    this.#sealed.push(page);
    this.#sealedBytes += page.blob.size;
    while (this.#sealedBytes > this.#limit) {
      const oldest = this.#sealed.shift();
      if (!oldest) return;
      this.#sealedBytes -= oldest.blob.size;
      if (this.#dropped === 0) this.#full();
      this.#dropped += oldest.length;
    }
  }
}
