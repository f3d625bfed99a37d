import { clock, stamp } from '../util/format.js';
import { toBase64, toHex, toText } from './hex.js';
import type { Entry } from './recording.js';

const WIDTH = 16;
/** Entries that are put into words before the page gets its turn again. */
const BATCH = 2000;

/** What the device sent, byte for byte. */
export function asBytes(entries: readonly Entry[]): Blob {
  return new Blob(
    entries.filter(({ dir }) => dir === 'rx').map(({ bytes }) => bytes),
    { type: 'application/octet-stream' },
  );
}

/** As the hex view shows it. */
export const asText = (entries: readonly Entry[]): Promise<Blob> => inBatches(entries, textOf, 'text/plain');

/** A JSON object a line: `{"t": <seconds>, "dir": "rx", "data": "<base64>"}`, as the server's monitor sends it. */
export const asJsonLines = (entries: readonly Entry[]): Promise<Blob> =>
  inBatches(entries, jsonOf, 'application/x-ndjson');

export function textOf({ t, dir, bytes }: Entry): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += WIDTH) {
    const row = bytes.subarray(at, at + WIDTH);
    text += `${clock(t, true)} ${dir.toUpperCase()}  ${toHex(row).padEnd(WIDTH * 3 - 1)}  ${toText(row)}\n`;
  }
  return text;
}

export const jsonOf = ({ t, dir, bytes }: Entry): string =>
  `${JSON.stringify({ t: t / 1000, dir, data: toBase64(bytes) })}\n`;

async function inBatches(
  entries: readonly Entry[],
  line: (entry: Entry) => string,
  type: string,
): Promise<Blob> {
  const parts: Blob[] = [];
  for (let at = 0; at < entries.length; at += BATCH) {
    parts.push(
      new Blob([
        entries
          .slice(at, at + BATCH)
          .map(line)
          .join(''),
      ]),
    );
    await new Promise((resolve) => setTimeout(resolve));
  }
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
