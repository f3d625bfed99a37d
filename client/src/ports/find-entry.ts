import { listPorts } from '../api/index.js';
import { type JsonObject, same } from '../editor/json.js';
import { ask } from '../rest.js';
import { placeOf } from './place-of.js';
import { entryOf, readEntry } from './requests.js';

/** An entry as it was read, and where. */
export interface PlacedEntry {
  /** Its index, or its name. */
  port: string;
  entry: JsonObject;
  etag: string | undefined;
}

/** Where an entry is by now, as it was or changed; undefined when it is gone. @throws RestError */
export async function findEntry(original: JsonObject): Promise<PlacedEntry | undefined> {
  const { body } = await ask(listPorts());
  const entries = body.map(entryOf);
  const at = placeOf(original, entries);
  if (at < 0) return undefined;
  const { body: entry, etag } = await readEntry(String(at));
  // The list may have changed again in between.
  return same(entry, entries[at]) ? { port: String(at), entry, etag } : findEntry(original);
}
