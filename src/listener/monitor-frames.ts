import { taggedFrame, textFrame } from '../protocol/websocket-frames.js';

/** `tx`: to the device; `rx`: from the device. */
export type MonitorDirection = 'tx' | 'rx';

const DIRECTION_BYTE = { tx: 1, rx: 2 };

/** What a monitor's client is shown; `now` is in microseconds since 1970. */
export const MONITOR_FRAMES = {
  /** The direction's byte, and the data. */
  binary: (dir: MonitorDirection, chunk: Buffer): Buffer => taggedFrame(DIRECTION_BYTE[dir], chunk),
  json: (dir: MonitorDirection, chunk: Buffer, now: () => number): Buffer =>
    textFrame(JSON.stringify({ t: now(), dir, data: chunk.toString('base64') })),
};

export type MonitorForm = keyof typeof MONITOR_FRAMES;
