import { useEffect, useRef, useState } from 'react';

/** How long it says what came of it. */
const SAID_MS = 3000;

/** What is said for a moment; undefined before and afterwards. */
export function useSaid<T>(): [said: T | undefined, say: (what: T) => void] {
  const [said, setSaid] = useState<T>();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const say = (what: T) => {
    clearTimeout(timer.current);
    setSaid(what);
    timer.current = setTimeout(() => setSaid(undefined), SAID_MS);
  };
  return [said, say];
}
