import { isDeepStrictEqual } from 'node:util';
import type { ConfigNotice } from './issues.js';

/**
 * The forms that the file had in earlier versions of the Python program, brought to today's. `where` gives the place
 * that a path of today's form has in the document as it was written.
 */
export interface Modern {
  document: unknown;
  where: (path: readonly (string | number)[]) => (string | number)[];
  notices: readonly ConfigNotice[];
}

type Plain = Record<string, unknown>;
const isObject = (value: unknown): value is Plain =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** An empty list lets in nobody, just as none. */
const isNothing = (value: unknown) =>
  value === undefined || value === null || (Array.isArray(value) && value.length === 0);

/** What `auth` inside an http entry held; it belongs to all http servers today. */
const AUTH_KEYS = ['users', 'tokens', 'session_timeout'] as const;
/** The Python program takes no notice of it either: what is in it may have been dead for years. */
const NOT_USED = 'is not used, since the root of the file has users or tokens of its own';

export function modernForm(written: unknown): Modern {
  // The oldest form: a list of ports.
  if (Array.isArray(written)) {
    return {
      document: { ports: written },
      where: (path) => (path[0] === 'ports' ? path.slice(1) : [...path]),
      notices: [],
    };
  }
  if (!isObject(written)) return { document: written, where: (path) => [...path], notices: [] };

  const document: Plain = { ...written };
  const notices: ConfigNotice[] = [];
  const single = isObject(written['http']);
  const moved = new Map<string, number>();
  if (single) document['http'] = [written['http']];
  if (Array.isArray(document['http'])) {
    const hasAccounts = !isNothing(document['users']) || !isNothing(document['tokens']);
    let first: Plain | undefined;
    document['http'] = document['http'].map((entry: unknown, index) => {
      if (!isObject(entry) || !('auth' in entry)) return entry;
      const { auth, ...rest } = entry;
      if (auth === null) return rest;
      if (hasAccounts) {
        notices.push({ path: `http[${index}].auth`, message: NOT_USED, warning: true });
        return rest;
      }
      // What differs stays, and is refused: nobody may come in where the file did not let him.
      if (!isObject(auth)) return entry;
      const given = Object.fromEntries(Object.entries(auth).filter(([, value]) => !isNothing(value)));
      if (isDeepStrictEqual(given, first)) return rest;
      if (first !== undefined) return entry;
      first = given;
      const left = { ...given };
      for (const key of AUTH_KEYS) {
        if (key in left && isNothing(document[key])) {
          document[key] = left[key];
          moved.set(key, index);
        }
        delete left[key];
      }
      return Object.keys(left).length ? { ...rest, auth: left } : rest;
    });
  }
  return {
    document,
    notices,
    where: ([first, ...rest]) => {
      if (first === 'http' && single) return ['http', ...rest.slice(1)];
      const from = typeof first === 'string' ? moved.get(first) : undefined;
      if (from === undefined) return first === undefined ? [] : [first, ...rest];
      return [...(single ? ['http'] : ['http', from]), 'auth', first as string, ...rest];
    },
  };
}
