import type { Signals, StatusLine } from '../api/index.js';

/** The modem lines, in the order in which they are shown. */
export const LINES = ['rts', 'dtr', 'cts', 'dsr', 'ri', 'cd'] as const satisfies (keyof Signals)[];
export type Line = (typeof LINES)[number];

/** The whole state: what the first line of the status stream tells. */
export type Snapshot = Extract<StatusLine, { ports: unknown; detected: unknown }>;
