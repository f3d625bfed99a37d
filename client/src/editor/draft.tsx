import { createContext, type ReactNode, useContext, useMemo, useState } from 'react';
import type { Issue } from '../api/index.js';
import { withoutItem } from './issues.js';
import { getAt, type Json, type JsonObject, type Path, pathOf, pathText, same, setAt } from './json.js';

export interface Draft {
  value: JsonObject;
  get(path: Path): Json | undefined;
  /** `undefined` takes it out. */
  set(path: Path, value: Json | undefined): void;
  replace(value: JsonObject): void;
  changed: boolean;
  /** Takes an item out of a list; what was said about those behind it stays with them. */
  takeOut(list: Path, at: number): void;
  /** What the server said, but for what was changed since. */
  issues: readonly Issue[];
  /** What the server said about the first of these values that it said something about, until that is changed. */
  errorAt(...paths: Path[]): string | undefined;
}

const Context = createContext<Draft | undefined>(undefined);
export const DraftProvider = ({ draft, children }: { draft: Draft; children: ReactNode }) => (
  <Context value={draft}>{children}</Context>
);

export function useDraftContext(): Draft {
  const draft = useContext(Context);
  if (!draft) throw new Error('DraftProvider is missing');
  return draft;
}

/** What the server said, and about which value. */
interface Judgement {
  given: readonly Issue[];
  issues: readonly Issue[];
  value: JsonObject;
}

/** What else changes with a value that was set. */
export type Follow = (before: JsonObject, after: JsonObject) => JsonObject;
const nothingElse: Follow = (_before, after) => after;

/** A document that is edited key by key: what nobody touches stays as it came. */
export function useDraft(original: JsonObject, given: readonly Issue[], follow = nothingElse): Draft {
  const [value, setValue] = useState(original);
  const [judged, setJudged] = useState<Judgement>({ given, issues: given, value });
  if (judged.given !== given) setJudged({ given, issues: given, value });
  return useMemo(() => {
    const left = judged.issues.filter(({ path }) =>
      same(getAt(value, pathOf(path)), getAt(judged.value, pathOf(path))),
    );
    return {
      value,
      get: (path) => getAt(value, path),
      set: (path, next) => setValue((before) => follow(before, setAt(before, path, next) as JsonObject)),
      takeOut: (list, at) => {
        const out = (from: JsonObject) => setAt(from, [...list, at], undefined) as JsonObject;
        setValue(out);
        setJudged(({ given, issues, value }) => ({
          given,
          issues: withoutItem(issues, list, at),
          value: out(value),
        }));
      },
      replace: setValue,
      changed: !same(original, value),
      issues: left,
      errorAt: (...paths) =>
        paths.flatMap((path) => left.find((issue) => issue.path === pathText(path))?.message ?? [])[0],
    };
  }, [value, original, judged, follow]);
}
