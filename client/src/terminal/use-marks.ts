import { useRef } from 'react';
import { texts } from '../texts/texts.js';
import { clock } from '../util/format.js';
import type { SocketState } from './socket.js';

/** @param mark is told of what is to be seen among the bytes: where the connection was cut, and where it goes on */
export function useMarks(mark: (text: string) => void) {
  const wasCut = useRef(false);
  return (now: SocketState, before: SocketState) => {
    if (before.state === 'open') mark(texts.terminal.cut(clock(Date.now())));
    if (now.state === 'open' && wasCut.current) mark(texts.terminal.back(clock(Date.now())));
    if (before.state === 'open') wasCut.current = true;
  };
}
