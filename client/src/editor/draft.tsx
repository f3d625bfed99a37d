import { createContext, type ReactNode, useContext, useMemo, useState } from 'react';
import type { Issue } from '../api/index.js';
import { getAt, type Json, type JsonObject, type Path, pathText, same, setAt } from './json.js';

export interface Draft {
  value: JsonObject;
  get(path: Path): Json | undefined;
  /** `undefined` takes it out. */
  set(path: Path, value: Json | undefined): void;
  replace(value: JsonObject): void;
  changed: boolean;
  /** What the server said about this value, until it is changed. */
  errorAt(path: Path): string | undefined;
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

/** A document that is edited key by key: what nobody touches stays as it came. */
export function useDraft(original: JsonObject, issues: readonly Issue[]): Draft {
  const [value, setValue] = useState(original);
  const [touched, setTouched] = useState<{ issues: readonly Issue[]; paths: string[] }>({
    issues,
    paths: [],
  });
  return useMemo(() => {
    const answered = touched.issues === issues ? touched.paths : [];
    return {
      value,
      get: (path) => getAt(value, path),
      set: (path, next) => {
        setValue((before) => setAt(before, path, next) as JsonObject);
        setTouched({ issues, paths: [...answered, pathText(path)] });
      },
      replace: (next) => {
        setValue(next);
        setTouched({ issues, paths: issues.map((issue) => issue.path) });
      },
      changed: !same(original, value),
      errorAt: (path) => {
        const text = pathText(path);
        return answered.includes(text) ? undefined : issues.find((issue) => issue.path === text)?.message;
      },
    };
  }, [value, original, issues, touched]);
}
