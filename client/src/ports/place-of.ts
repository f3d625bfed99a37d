import type { PortStatus } from '../api/index.js';
import { getAt, type Json, type JsonObject, same } from '../editor/json.js';

/** One that is as it was has only moved; one that was changed is known by its name, or where that is gone by its device. */
export function placeOf(original: JsonObject, entries: readonly Json[]): number {
  const kept = entries.findIndex((entry) => same(entry, original));
  if (kept >= 0) return kept;
  for (const signOf of [nameIn, deviceIn]) {
    const sign = signOf(original);
    const found = entries.filter((entry) => sign !== undefined && signOf(entry) === sign);
    if (found.length > 0) return found.length === 1 ? entries.indexOf(found[0] as Json) : -1;
  }
  return -1;
}

const nameIn = (entry: Json) => getAt(entry, ['name']) || undefined;

/** Undefined where it says nothing: every loop:// is a device of its own. */
function deviceIn(entry: Json): string | undefined {
  const device = getAt(entry, ['serial', 'port']) ?? getAt(entry, ['serial', 'match']);
  return device === undefined || device === 'loop://' ? undefined : JSON.stringify(device);
}

/** Whether an entry is that of the port that is shown, which may be old while the connection to the server is lost. */
export function isOf(entry: JsonObject, { name = '', serial }: Pick<PortStatus, 'name' | 'serial'>): boolean {
  if (textOf(getAt(entry, ['name'])) !== name) return false;
  const port = textOf(getAt(entry, ['serial', 'port']));
  const match = getAt(entry, ['serial', 'match']) ?? null;
  if (serial.match) return same(withoutNulls(match), serial.match);
  // Of an entry with a mistake the attributes are not shown.
  return serial.port === null ? port === '' || match !== null : port === serial.port;
}

const textOf = (value: Json | undefined) => (typeof value === 'string' ? value : '');
const withoutNulls = (value: Json): Json =>
  Object.fromEntries(Object.entries(value ?? {}).filter(([, inner]) => inner !== null));
