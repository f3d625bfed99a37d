import { fromHex } from './hex.js';
import type { Direction, Entry } from './recording.js';

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

/** The lines of the newest entries, oldest first. */
export function rowsOf(entries: readonly Entry[], { dir, search }: RowFilter, width: number): Row[] {
  const needles = needlesOf(search);
  const rows: Row[] = [];
  for (let at = entries.length - 1; at >= 0 && rows.length < MOST_ROWS; at--) {
    const entry = entries[at];
    if (!entry || (dir !== 'both' && entry.dir !== dir)) continue;
    const hits = needles && hitRows(entry.bytes, needles, width);
    for (let offset = lastRow(entry.bytes.length, width); offset >= 0; offset -= width)
      if (!hits || hits.has(offset)) rows.push({ entry, offset });
  }
  return rows.toReversed();
}

const lastRow = (length: number, width: number) => Math.floor((length - 1) / width) * width;

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
