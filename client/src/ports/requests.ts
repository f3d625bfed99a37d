import type { Line } from '../live/model.js';
import { ask } from '../rest.js';

/** A break that every UART notices: longer than a frame at 50 bits a second. */
const BREAK_MS = 250;

export const setLines = (port: number, lines: Partial<Record<Line, boolean>>) =>
  ask('PUT', `ports/${port}/signals`, { body: lines });

export const sendBreak = (port: number, ms = BREAK_MS) =>
  ask('POST', `ports/${port}/break`, { body: { duration_ms: ms } });

export const removePort = (port: number) => ask('DELETE', `ports/${port}`);

export const disconnect = (port: number, server: number, connection: string) =>
  ask('DELETE', `ports/${port}/connections/${server}/${encodeURIComponent(connection)}`);
