import { ClassConstructor, plainToInstance } from 'class-transformer';
import { ValidationError, validateSync } from 'class-validator';
import { BodyInvalid, ConfigInvalid, ConfigIssue } from './issues.js';

export interface Found {
  issues: ConfigIssue[];
  /** Keys that no class knows, outside of `serial`: kept in the file, without effect. */
  unknown: ConfigIssue[];
}
export interface Checked<T> extends Found {
  value: T;
}

/** Levels of a document: more than any real one has. What looks at it calls itself for each level. */
const MAX_DEPTH = 100;
/** pyserial refuses an argument that it does not know; elsewhere a key may be another version's. */
const STRICT = /^ports\[\d+\]\.serial[.[]/;

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
export const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** The name of an entry as it is written, mistakes in it or not; undefined where it has none. */
export function nameOf(entry: unknown): string | undefined {
  const name = isObject(entry) ? entry['name'] : undefined;
  return typeof name === 'string' && name !== '' ? name : undefined;
}

/** `ports[0]` and `serial` make `ports[0].serial`; an index makes `[0]`. */
export const below = (path: string, key: string) =>
  /^\d+$/.test(key) ? `${path}[${key}]` : path ? `${path}.${key}` : key;

/** Checks one entry against its class; `handled` are keys that are checked elsewhere. */
export function check<T extends object>(
  cls: ClassConstructor<T>,
  written: unknown,
  path: string,
  handled: string[] = [],
): Checked<T> {
  if (!isObject(written))
    return { value: new cls(), issues: [{ path, message: 'must be an object in braces' }], unknown: [] };
  const found: Found = { issues: [], unknown: [] };
  const rest = Object.fromEntries(Object.entries(written).filter(([key]) => !handled.includes(key)));
  const value = plainToInstance(cls, plain(rest, path, found), { exposeDefaultValues: true });
  collect(validateSync(value, { whitelist: true, forbidNonWhitelisted: true }), path, found);
  return { value, ...found };
}

/**
 * Checks the body of a request. Keys that the class does not know are left out, as a newer client may send them; a null
 * stays one, since it removes what it stands for.
 * @throws BodyInvalid
 */
export function checkBody<T extends object>(cls: ClassConstructor<T>, body: unknown): T {
  const found: Found = { issues: [], unknown: [] };
  const value = plainToInstance(cls, plain(body ?? {}, '', found, true), { exposeDefaultValues: true });
  collect(validateSync(value, { whitelist: true }), '', found);
  if (found.issues.length) throw new BodyInvalid(found.issues);
  return value;
}

/**
 * A copy without nulls, which are Python's None and the same as no key at all. Keys that every object has, such as
 * `constructor`, are left out too: class-transformer takes them for its own and never reports them.
 */
function plain(written: unknown, path: string, into: Found, nulls = false): unknown {
  if (Array.isArray(written))
    return written.map((value, index) => plain(value, `${path}[${index}]`, into, nulls));
  if (!isObject(written)) return written;
  const copy: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(written)) {
    const at = below(path, key);
    if (key in Object.prototype) reportUnknown(at, into);
    else if (nulls || value !== null) copy[key] = plain(value, at, into, nulls);
  }
  return copy;
}

function collect(errors: ValidationError[], path: string, into: Found): void {
  for (const { property, value, constraints = {}, children = [] } of errors) {
    const at = below(path, property);
    const [constraint, message = ''] = Object.entries(constraints)[0] ?? [];
    if (constraint === 'whitelistValidation') reportUnknown(at, into);
    else if (constraint === undefined) collect(children, at, into);
    else into.issues.push({ path: at, message: value === undefined ? `is missing; it ${message}` : message });
  }
}

function reportUnknown(path: string, into: Found): void {
  (STRICT.test(path) ? into.issues : into.unknown).push({ path, message: 'unknown setting' });
}

/** Whether a value has so many levels that looking at it might exhaust the stack. */
export function isDeep(value: unknown): boolean {
  let level = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) return true;
    level = level.flatMap((value) =>
      typeof value === 'object' && value !== null ? Object.values(value) : [],
    );
  }
  return false;
}

/** Whether there are more than so many values in it, on all levels; it must not be deep. */
export function isLarge(value: unknown, limit: number): boolean {
  let [level, count] = [[value], 0];
  while (level.length > 0) {
    count += level.length;
    if (count > limit) return true;
    level = level.flatMap((one) => (typeof one === 'object' && one !== null ? Object.values(one) : []));
  }
  return false;
}

/** @throws ConfigInvalid for a document that is nested too deeply to be looked at */
export function refuseDeep(document: unknown): void {
  if (!isDeep(document)) return;
  const message = `The configuration must not be nested more than ${MAX_DEPTH} levels deep`;
  throw new ConfigInvalid([{ path: '', message }]);
}
