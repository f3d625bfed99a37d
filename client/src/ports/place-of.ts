import { getAt, type Json, type JsonObject, same } from '../editor/json.js';

/** One that is as it was has only moved; one that was changed is known by its name, or without one by its device. */
export function placeOf(original: JsonObject, entries: readonly Json[]): number {
  const kept = entries.findIndex((entry) => same(entry, original));
  if (kept >= 0) return kept;
  const name = original['name'] || undefined;
  const device = deviceIn(original);
  // Every loop:// is a device of its own.
  if (name === undefined && (device === '' || device === '"loop://"')) return -1;
  const isIt = (entry: Json) => {
    const its = getAt(entry, ['name']) || undefined;
    return name === undefined ? its === undefined && deviceIn(entry) === device : its === name;
  };
  return entries.filter(isIt).length === 1 ? entries.findIndex(isIt) : -1;
}

function deviceIn(entry: Json): string {
  const device = getAt(entry, ['serial', 'port']) ?? getAt(entry, ['serial', 'match']);
  return device === undefined ? '' : JSON.stringify(device);
}
