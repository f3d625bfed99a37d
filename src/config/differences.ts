import { isDeepStrictEqual } from 'node:util';
import { below, isObject } from './shape.js';

/** Places that are named; a change of more is not told any better by all of them. */
const NAMED = 10;
/** Characters of a key that are shown: it comes from a client. */
const KEY_SHOWN = 50;

/** Where two JSON values differ, as paths, without what stands there: `name servers[1].port`. */
export function differences(before: unknown, after: unknown): string {
  const paths = [...differing(before, after, '')];
  const more = paths.length - NAMED;
  return [...paths.slice(0, NAMED), ...(more > 0 ? [`and ${more} more`] : [])].join(' ');
}

function* differing(before: unknown, after: unknown, path: string): Generator<string> {
  if (isDeepStrictEqual(before, after)) return;
  const sameList = Array.isArray(before) && Array.isArray(after) && before.length === after.length;
  if (!sameList && !(isObject(before) && isObject(after))) {
    yield path;
    return;
  }
  const [a, b] = [before, after] as Record<string, unknown>[];
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)]))
    yield* differing(a?.[key], b?.[key], below(path, key.slice(0, KEY_SHOWN)));
}
