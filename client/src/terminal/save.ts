import { clock, stamp } from '../util/format.js';
import { toBase64, toHex, toText } from './hex.js';
import type { Entry, SealedPage } from './page.js';

const WIDTH = 16;
const decoder = new TextDecoder();

/** Makes a file of a session. Its parts are read one after the other, so that the page's memory never has it all. */
export type SessionFormat = (pages: readonly SealedPage[]) => Promise<Blob>;

/** What the device sent, byte for byte. */
export const asBytes: SessionFormat = (pages) =>
  inParts(pages, (page) => page.received(), 'application/octet-stream');

/** As the hex view shows it. */
export const asText: SessionFormat = (pages) => inParts(pages, written(textOf), 'text/plain');

/** A JSON object a line, as the server's monitor sends it: `{"t": <microseconds>, "dir": "rx", "data": "<base64>"}`. */
export const asJsonLines: SessionFormat = (pages) => inParts(pages, written(jsonOf), 'application/x-ndjson');

export function textOf({ t, dir, bytes }: Entry): string {
  if (dir === 'note') return `${clock(t, true)} --  ${decoder.decode(bytes)}\n`;
  let text = '';
  for (let at = 0; at < bytes.length; at += WIDTH) {
    const row = bytes.subarray(at, at + WIDTH);
    text += `${clock(t, true)} ${dir.toUpperCase()}  ${toHex(row).padEnd(WIDTH * 3 - 1)}  ${toText(row)}\n`;
  }
  return text;
}

export function jsonOf({ t: ms, dir, bytes }: Entry): string {
  const t = Math.round(ms * 1000);
  const told = dir === 'note' ? { t, note: decoder.decode(bytes) } : { t, dir, data: toBase64(bytes) };
  return `${JSON.stringify(told)}\n`;
}

const written = (line: (entry: Entry) => string) => async (page: SealedPage) =>
  new Blob([(await page.entries()).map(line).join('')]);

async function inParts(
  pages: readonly SealedPage[],
  make: (page: SealedPage) => Promise<Blob>,
  type: string,
): Promise<Blob> {
  const parts: Blob[] = [];
  for (const page of pages) parts.push(await make(page));
  return new Blob(parts, { type });
}

/** Lets the browser save it as `<name>-<time>.<ending>`. */
export function download(blob: Blob, name: string, ending: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = `${name.replaceAll(/[^\w.-]+/g, '_')}-${stamp()}.${ending}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
