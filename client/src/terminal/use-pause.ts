import { useEffect, useReducer, useState } from 'react';
import type { XtermScreen } from './xterm-screen.js';

/** How often it is looked at how much waits. */
const LOOK_MS = 500;

/** Whether the screen waits, and how many bytes wait for it. */
export function usePause(screen: XtermScreen) {
  const [paused, setPaused] = useState(false);
  const [, look] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    if (!paused) return undefined;
    const timer = setInterval(look, LOOK_MS);
    return () => clearInterval(timer);
  }, [paused]);
  const toggle = () => {
    screen.paused = !paused;
    setPaused(!paused);
  };
  return { paused, waiting: screen.waiting, toggle };
}
