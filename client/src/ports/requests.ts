import {
  addPort,
  disconnectClient,
  getPort,
  removePort,
  replacePort,
  sendBreak,
  setSignals,
} from '../api/index.js';
import type { Lines, Port } from '../api/index.js';
import type { JsonObject } from '../editor/json.js';
import { type Answer, ask, ifStill } from '../rest.js';

/** A break that every UART notices: longer than a frame at 50 bits a second. */
const BREAK_MS = 250;

const at = (port: number | string) => ({ port: String(port) });

export const setLines = (port: number, body: Lines) => ask(setSignals({ path: at(port), body }));

export const breakLine = (port: number) =>
  ask(sendBreak({ path: at(port), body: { duration_ms: BREAK_MS } }));

export const deletePort = (port: number) => ask(removePort({ path: at(port) }));

export const disconnect = (port: number, server: number, connection: string) =>
  ask(disconnectClient({ path: { ...at(port), server: String(server), connection } }));

// The editor keeps what it does not know in an entry, and leaves it to the server to judge what is written there.

export const readEntry = async (port: string, signal?: AbortSignal) =>
  (await ask(getPort({ path: at(port), signal }))) as Answer<unknown> as Answer<JsonObject>;

export const writeEntry = (port: string, entry: JsonObject, etag: string | undefined) =>
  ask(replacePort({ path: at(port), headers: ifStill(etag), body: entry as unknown as Port }));

export const addEntry = (entry: JsonObject) => ask(addPort({ body: entry as unknown as Port }));
