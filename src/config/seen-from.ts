import { ConfigInvalid } from './issues.js';
import { NotApplied } from './not-applied.js';

/** The same failure as seen from one entry, which is all that the body of a request has: its paths begin there. */
export function seenFrom(entry: string, error: unknown): unknown {
  const within = <T extends { readonly path: string }>(one: T): T => ({
    ...one,
    path:
      one.path === entry || isInside(one.path, entry)
        ? one.path.slice(entry.length).replace(/^\./, '')
        : one.path,
  });
  if (error instanceof ConfigInvalid) return new ConfigInvalid(error.issues.map(within));
  if (!(error instanceof NotApplied)) return error;
  const [first, ...rest] = error.failures;
  return new NotApplied([within(first), ...rest.map(within)]);
}

const isInside = (path: string, entry: string) => ['.', '['].some((next) => path.startsWith(entry + next));
