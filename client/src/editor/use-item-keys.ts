import { useState } from 'react';

/** Keys for the items of a list: what is unfolded or half typed in one belongs to it, not to its place. */
export function useItemKeys(length: number) {
  const [{ keys, next }, set] = useState({ keys: [] as number[], next: 0 });
  if (keys.length !== length) {
    const fresh = Array.from({ length: Math.max(0, length - keys.length) }, (_, at) => next + at);
    set({ keys: [...keys.slice(0, length), ...fresh], next: next + fresh.length });
  }
  /** To be called along with the change of the list. */
  const takeOut = (at: number) => set((before) => ({ ...before, keys: before.keys.toSpliced(at, 1) }));
  return { keys, takeOut };
}
