import { isDeepStrictEqual } from 'node:util';

/**
 * The forms that the file had in earlier versions of the Python program, brought to today's. `where` gives the place
 * that a path of today's form has in the document as it was written.
 */
export interface Modern {
  document: unknown;
  where: (path: readonly (string | number)[]) => (string | number)[];
}

type Plain = Record<string, unknown>;
const isObject = (value: unknown): value is Plain =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isNothing = (value: unknown) => value === undefined || value === null;

/** What `auth` inside an http entry held; it belongs to all http servers today. */
const AUTH_KEYS = ['users', 'tokens', 'session_timeout'] as const;

export function modernForm(written: unknown): Modern {
  // The oldest form: a list of ports.
  if (Array.isArray(written)) {
    return {
      document: { ports: written },
      where: (path) => (path[0] === 'ports' ? path.slice(1) : [...path]),
    };
  }
  if (!isObject(written)) return { document: written, where: (path) => [...path] };

  const document: Plain = { ...written };
  const single = isObject(written['http']);
  const moved = new Map<string, number>();
  if (single) document['http'] = [written['http']];
  if (Array.isArray(document['http'])) {
    let first: unknown;
    document['http'] = document['http'].map((entry: unknown, index) => {
      if (!isObject(entry) || !('auth' in entry)) return entry;
      const { auth, ...rest } = entry;
      if (auth === null || isDeepStrictEqual(auth, first)) return rest;
      // What differs stays, and is refused: nobody may come in where the file did not let him.
      if (!isObject(auth) || first !== undefined) return entry;
      first = auth;
      const left: Plain = { ...auth };
      for (const key of AUTH_KEYS) {
        if (isNothing(document[key]) && !isNothing(left[key])) {
          document[key] = left[key];
          moved.set(key, index);
        }
        if (isNothing(left[key]) || isDeepStrictEqual(document[key], left[key])) delete left[key];
      }
      return Object.keys(left).length ? { ...rest, auth: left } : rest;
    });
  }
  return {
    document,
    where: ([first, ...rest]) => {
      if (first === 'http' && single) return ['http', ...rest.slice(1)];
      const from = typeof first === 'string' ? moved.get(first) : undefined;
      if (from === undefined) return first === undefined ? [] : [first, ...rest];
      return [...(single ? ['http'] : ['http', from]), 'auth', first as string, ...rest];
    },
  };
}
