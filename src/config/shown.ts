import { isDeepStrictEqual } from 'node:util';
import { withControlOrNull } from './check.js';
import type { Entry, PortEntry } from './config.js';
import type { ConfigIssue } from './issues.js';
import { within } from './seen-from.js';
import { isObject } from './shape.js';

/** An entry as it is answered. With `issues` it is as the file has it, whatever stands there; else its class describes it. */
export type Shown = Record<string, unknown> & { issues?: readonly ConfigIssue[] };

/**
 * A port with the values that count, in today's form: `"TCP"` is `"tcp"` and `"8"` is 8. No key is added, and those that
 * nobody knows stay. One with a mistake, also in one of its servers, is as it was written, with the mistakes.
 */
export function shownPort({ written, value, servers, path, issues }: PortEntry): Shown {
  const all = [...issues, ...servers.flatMap((server) => server.issues)];
  if (all.length > 0) return withIssues({ written, path, issues: all });
  const port = inForm(without(written, ['issues']), value) as Shown;
  if (!Array.isArray(port['servers'])) return port;
  return { ...port, servers: servers.map((one) => inForm(withControlOrNull(one.written), one.value)) };
}

/** An entry with its mistakes, which are told as seen from it. */
export function withIssues({ written, path, issues }: Entry<unknown>): Shown {
  return { ...without(written, []), issues: issues.map((issue) => within(path, issue)) };
}

/** A copy of an entry without these keys; an empty one of what is no object. */
export function without(entry: unknown, names: readonly string[]): Record<string, unknown> {
  const keys = isObject(entry) ? Object.entries(entry) : [];
  return Object.fromEntries(keys.filter(([key]) => !names.includes(key)));
}

/** What was sent, written as it was before where it means what was shown: a client that changes one value changes no other. */
export function asWritten(sent: unknown, shown: unknown, written: unknown): unknown {
  if (isDeepStrictEqual(sent, shown)) return written;
  if (Array.isArray(sent) && Array.isArray(shown) && Array.isArray(written)) {
    // What only moved is found where it was.
    const places = new Map(shown.map((one, at) => [JSON.stringify(one), at]));
    return sent.map((one: unknown, index) => {
      const at = isDeepStrictEqual(one, shown[index]) ? index : (places.get(JSON.stringify(one)) ?? index);
      return asWritten(one, shown[at], written[at]);
    });
  }
  if (!isObject(sent) || !isObject(shown) || !isObject(written)) return sent;
  const keys = Object.entries(sent).map(([key, one]) => [
    key,
    Object.hasOwn(shown, key) ? asWritten(one, shown[key], written[key]) : one,
  ]);
  return Object.fromEntries(keys);
}

/** What is written, with the values that the checked entry holds for it. */
function inForm(written: unknown, held: unknown): unknown {
  if (held === undefined || written === null) return written;
  if (Array.isArray(written)) return written.map((one, at) => inForm(one, (held as unknown[])[at]));
  if (!isObject(written) || !isObject(held)) return held;
  const keys = Object.entries(written).map(([key, one]) => [
    key,
    inForm(one, Object.hasOwn(held, key) ? held[key] : undefined),
  ]);
  return Object.fromEntries(keys);
}
