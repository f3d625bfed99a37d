/** Documents as they are in the file: what a form does not show stays in them untouched. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };
export type Path = readonly (string | number)[];

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export function getAt(value: Json | undefined, path: Path): Json | undefined {
  let at = value;
  for (const key of path) {
    if (Array.isArray(at) && typeof key === 'number') at = at[key];
    else if (isObject(at) && Object.hasOwn(at, key)) at = at[key];
    else return undefined;
  }
  return at;
}

/** A copy with another value there, made with the objects that lead to it; `undefined` takes the key or element out. */
export function setAt(value: Json | undefined, path: Path, next: Json | undefined): Json {
  const [key, ...rest] = path;
  if (key === undefined) return next ?? null;
  const inner = rest.length > 0 ? setInner(getAt(value, [key]), rest, next) : next;
  if (typeof key === 'number') {
    const list = Array.isArray(value) ? value : [];
    if (inner !== undefined) return key < list.length ? list.with(key, inner) : [...list, inner];
    return list.filter((_, at) => at !== key);
  }
  const object = isObject(value) ? value : {};
  if (inner !== undefined) return { ...object, [key]: inner };
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));
}

/** Nothing is made on the way to a value that is taken away. */
function setInner(value: Json | undefined, path: Path, next: Json | undefined): Json | undefined {
  return value === undefined && next === undefined ? undefined : setAt(value, path, next);
}

export function same(a: Json | undefined, b: Json | undefined): boolean {
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, at) => same(item, b[at]));
  if (isObject(a) && isObject(b)) {
    const keys = Object.keys(a);
    return (
      keys.length === Object.keys(b).length &&
      keys.every((key) => Object.hasOwn(b, key) && same(a[key], b[key]))
    );
  }
  return a === b;
}

/** One difference; `undefined` where there is nothing. */
export interface Change {
  path: Path;
  before: Json | undefined;
  after: Json | undefined;
}

/** As a field shows it; nothing for what is not there. */
export const asText = (value: Json | undefined): string =>
  value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value);

/** The smallest differences. A list of another length is a difference as a whole. */
export function changesOf(before: Json | undefined, after: Json | undefined, path: Path = []): Change[] {
  if (same(before, after)) return [];
  if (isObject(before) && isObject(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...keys].flatMap((key) => changesOf(getAt(before, [key]), getAt(after, [key]), [...path, key]));
  }
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length)
    return before.flatMap((item, at) => changesOf(item, after[at], [...path, at]));
  return [{ path, before, after }];
}

/** What only one of both has: of two lists the items, else the values themselves. */
export function itemsOf(before: Json | undefined, after: Json | undefined): [Json[], Json[]] {
  if (Array.isArray(before) && Array.isArray(after)) {
    const missingIn = (list: Json[]) => (item: Json) => !list.some((other) => same(item, other));
    const items: [Json[], Json[]] = [before.filter(missingIn(after)), after.filter(missingIn(before))];
    // Only the order, or how often, is another one.
    return items.flat().length > 0 ? items : [before, after];
  }
  return [before === undefined ? [] : [before], after === undefined ? [] : [after]];
}

/** To be read: a line for each key of an object. */
export const written = (value: Json): string =>
  isObject(value)
    ? Object.entries(value)
        .map(([key, inner]) => `${key}: ${asText(inner)}`)
        .join('\n')
    : asText(value);

/** The same changes made to another version. */
export const replay = (changes: readonly Change[], base: Json): Json =>
  changes.reduce((value, { path, after }) => setAt(value, path, after), base);

/** The other way round. */
export const pathOf = (text: string): Path =>
  [...text.matchAll(/\[(\d+)\]|[^.[]+/g)].map(([key, index]) => (index === undefined ? key : Number(index)));

/** `servers[1].port`, as the server names it. */
export const pathText = (path: Path): string =>
  path.reduce<string>(
    (text, key) => (typeof key === 'number' ? `${text}[${key}]` : text ? `${text}.${key}` : key),
    '',
  );
