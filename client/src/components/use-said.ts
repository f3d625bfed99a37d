import { useEffect, useRef, useState } from 'react';

/** How long it says what came of it. */
const SAID_MS = 3000;

/** What is said for a moment, or until it is taken back with undefined. */
export function useSaid<T>(): [said: T | undefined, say: (what: T | undefined) => void] {
  const [said, setSaid] = useState<T>();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const say = (what: T | undefined) => {
    clearTimeout(timer.current);
    setSaid(what);
    timer.current = setTimeout(() => setSaid(undefined), SAID_MS);
  };
  return [said, say];
}
