import { ConfigInvalid } from './issues.js';
import { NotApplied } from './not-applied.js';

/** A mistake as seen from one entry, which is all that the body of a request has: its path begins there. */
export function within<T extends { readonly path: string }>(entry: string, one: T): T {
  const isWithin = one.path === entry || isInside(one.path, entry);
  return { ...one, path: isWithin ? one.path.slice(entry.length).replace(/^\./, '') : one.path };
}

/** The same failure as seen from one entry. */
export function seenFrom(entry: string, error: unknown): unknown {
  if (error instanceof ConfigInvalid) return new ConfigInvalid(error.issues.map((one) => within(entry, one)));
  if (!(error instanceof NotApplied)) return error;
  const [first, ...rest] = error.failures;
  return new NotApplied([within(entry, first), ...rest.map((one) => within(entry, one))]);
}

const isInside = (path: string, entry: string) => ['.', '['].some((next) => path.startsWith(entry + next));
