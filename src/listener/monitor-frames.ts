import { binaryFrame, textFrame } from '../protocol/websocket-frames.js';

/** `tx`: to the device; `rx`: from the device. */
export type MonitorDirection = 'tx' | 'rx';

const DIRECTION_BYTE = { tx: Buffer.from([1]), rx: Buffer.from([2]) };

/** What a monitor's client is shown; `t` is in microseconds since 1970. */
export const MONITOR_FRAMES = {
  /** The direction's byte, and the data. */
  binary: (dir: MonitorDirection, chunk: Buffer): Buffer =>
    binaryFrame(Buffer.concat([DIRECTION_BYTE[dir], chunk])),
  json: (dir: MonitorDirection, chunk: Buffer, t: number): Buffer =>
    textFrame(JSON.stringify({ t, dir, data: chunk.toString('base64') })),
};

export type MonitorForm = keyof typeof MONITOR_FRAMES;
