import { fromHex } from './hex.js';
import type { Direction, Entry, Page } from './page.js';

/** A line of the hex view: a part of an entry. */
export interface Row {
  entry: Entry;
  offset: number;
}

export interface RowFilter {
  dir: Direction | 'both';
  /** Text, or bytes in hex. */
  search: string;
}

/** More than anybody scrolls through; the file that is saved has all. */
export const MOST_ROWS = 65_536;

/** The lines that fit, oldest first. What comes is put behind them; what was looked at once is not looked at again. */
export class Rows {
  #rows: Row[] = [];
  #first = 0;
  /** The entry that was looked at last, how much of it there was, and where its lines begin; it may grow. */
  #page: Page | undefined;
  #at = 0;
  #seen = 0;
  #start = 0;
  /** Lines that were given up at the top. */
  removed = 0;
  readonly #needles: Uint8Array[] | undefined;

  constructor(
    private readonly filter: RowFilter,
    /** Bytes a line. */
    readonly width: number,
  ) {
    this.#needles = needlesOf(filter.search);
  }

  get length(): number {
    return this.#rows.length - this.#first;
  }

  slice(from: number, to: number): Row[] {
    return this.#rows.slice(this.#first + from, this.#first + to);
  }

  /** Looks at what is new. */
  update(pages: readonly Page[]): void {
    const known = this.#page ? pages.indexOf(this.#page) : -1;
    if (known < 0) this.#begin(pages[0]);
    for (const page of pages.slice(Math.max(0, known))) {
      if (page !== this.#page) this.#begin(page);
      for (let at = this.#at; at < page.entries.length; at++) {
        const entry = page.entries[at];
        if (entry) this.#look(entry, at);
      }
    }
    this.#trim();
  }

  #begin(page: Page | undefined): void {
    this.#page = page;
    this.#at = 0;
    this.#seen = 0;
  }

  #look(entry: Entry, at: number): void {
    if (at === this.#at && this.#seen === entry.bytes.length) return;
    if (at === this.#at && this.#seen > 0) this.#rows.length = this.#start;
    this.#at = at;
    this.#seen = entry.bytes.length;
    this.#start = this.#rows.length;
    if (entry.dir === 'note') {
      if (!this.#needles) this.#rows.push({ entry, offset: 0 });
      return;
    }
    if (this.filter.dir !== 'both' && entry.dir !== this.filter.dir) return;
    const hits = this.#needles && hitRows(entry.bytes, this.#needles, this.width);
    for (let offset = 0; offset < entry.bytes.length; offset += this.width)
      if (!hits || hits.has(offset)) this.#rows.push({ entry, offset });
  }

  #trim(): void {
    const over = this.length - MOST_ROWS;
    if (over <= 0) return;
    this.removed += over;
    this.#first += over;
    if (this.#first < MOST_ROWS) return;
    this.#rows = this.#rows.slice(this.#first);
    this.#start -= this.#first;
    this.#first = 0;
  }
}

/** What is looked for: the text as it is, and the bytes where it can be read as hex. */
function needlesOf(search: string): Uint8Array[] | undefined {
  if (search === '') return undefined;
  const hex = fromHex(search);
  return [new TextEncoder().encode(search), ...(hex ? [hex] : [])];
}

/** Where the rows begin that have a part of a hit. */
function hitRows(bytes: Uint8Array, needles: Uint8Array[], width: number): Set<number> {
  const rows = new Set<number>();
  for (const needle of needles)
    for (let at = find(bytes, needle, 0); at >= 0; at = find(bytes, needle, at + 1))
      for (let row = at - (at % width); row < at + needle.length; row += width) rows.add(row);
  return rows;
}

function find(bytes: Uint8Array, needle: Uint8Array, from: number): number {
  const [first = -1] = needle;
  for (let at = bytes.indexOf(first, from); at >= 0; at = bytes.indexOf(first, at + 1)) {
    let same = 1;
    while (same < needle.length && bytes[at + same] === needle[same]) same++;
    if (same === needle.length) return at;
  }
  return -1;
}
