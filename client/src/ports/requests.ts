import {
  addPort,
  disconnectClient,
  getPort,
  removePort,
  replacePort,
  sendBreak,
  setSignals,
} from '../api/index.js';
import type { EntryWithIssues, Lines, Port, PortStatus, PortView } from '../api/index.js';
import type { JsonObject } from '../editor/json.js';
import { type Answer, ask, ifStill, RestError } from '../rest.js';
import { texts } from '../texts/texts.js';
import { isOf } from './place-of.js';

/** A break that every UART notices: longer than a frame at 50 bits a second. */
const BREAK_MS = 250;

// `port` is a name or an index: see `keyOf`.

export const setLines = (port: string, body: Lines) => ask(setSignals({ path: { port }, body }));

export const breakLine = (port: string) =>
  ask(sendBreak({ path: { port }, body: { duration_ms: BREAK_MS } }));

export const disconnect = (port: string, server: number, connection: string) =>
  ask(disconnectClient({ path: { port, server: String(server), connection } }));

/**
 * What deletes the port that is shown, and never another one that has moved to its place meanwhile.
 * @throws RestError when another one is there already
 */
export async function deletionOf(port: string, shown: PortStatus): Promise<() => Promise<unknown>> {
  const { body, etag } = await readEntry(port).catch(asMoved);
  if (!isOf(body, shown)) return asMoved(new RestError(412, ''));
  return () => ask(removePort({ path: { port }, headers: ifStill(etag) })).catch(asMoved);
}

/** Whoever looks at a list has to be told what became of the list. */
function asMoved(error: unknown): never {
  const moved = error instanceof RestError && [404, 412].includes(error.status);
  throw moved ? new RestError(error.status, texts.ports.moved) : error;
}

// The editor keeps what it does not know in an entry, and leaves it to the server to judge what is written there.

export async function readEntry(port: string, signal?: AbortSignal): Promise<Answer<JsonObject>> {
  const { body, etag } = await ask(getPort({ path: { port }, signal }));
  return { body: entryOf(body), etag };
}

/** Without what the server adds. */
export function entryOf(view: PortView): JsonObject {
  const { issues: _issues, ...entry } = view as EntryWithIssues;
  return entry as JsonObject;
}

export const writeEntry = (port: string, entry: JsonObject, etag: string | undefined) =>
  ask(replacePort({ path: { port }, headers: ifStill(etag), body: entry as unknown as Port }));

export const addEntry = (entry: JsonObject) => ask(addPort({ body: entry as unknown as Port }));
