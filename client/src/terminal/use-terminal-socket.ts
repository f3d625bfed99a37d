import { useCallback, useEffect, useRef, useState } from 'react';
import type { Signals } from '../api/index.js';
import { endpointPath } from '../ports/endpoint-path.js';
import { type SocketState, TerminalSocket } from './socket.js';

export type Kind = 'xterm' | 'raw' | 'monitor';

/** Addresses of a page's connection. `name` may have slashes: an endpoint's path. */
function targetOf(kind: Kind, name: string) {
  return kind === 'monitor'
    ? {
        path: `ws/monitor/${encodeURIComponent(name)}?format=json`,
        probe: `api/status?port=${encodeURIComponent(name)}`,
      }
    : { path: `ws/${endpointPath(name)}`, probe: `api/status?endpoint=${encodeURIComponent(name)}` };
}

interface Heard {
  data?: (bytes: Uint8Array<ArrayBuffer>) => void;
  text?: (text: string) => void;
  state?: (now: SocketState, before: SocketState) => void;
}

/** A connection for as long as the component is there; `heard` may change meanwhile. */
export function useTerminalSocket(kind: Kind, name: string, token: string | undefined, heard: Heard) {
  const [state, setState] = useState<SocketState>({ state: 'connecting' });
  const [signals, setSignals] = useState<Partial<Signals>>();
  const socket = useRef<TerminalSocket>(undefined);
  const latest = useRef(heard);
  useEffect(() => {
    latest.current = heard;
  });
  useEffect(() => {
    let before: SocketState = { state: 'connecting' };
    const open = new TerminalSocket(
      targetOf(kind, name),
      {
        state: (now) => {
          latest.current.state?.(now, before);
          before = now;
          setState(now);
          if (now.state !== 'open') setSignals(undefined);
        },
        data: (bytes) => latest.current.data?.(bytes),
        text: (text) => {
          const told = signalsOf(text);
          if (told) setSignals(told);
          else latest.current.text?.(text);
        },
      },
      token,
    );
    socket.current = open;
    return () => open.close();
  }, [kind, name, token]);
  const send = useCallback(
    (data: Uint8Array<ArrayBuffer> | string) => socket.current?.send(data) ?? false,
    [],
  );
  return { state, signals, send };
}

function signalsOf(text: string): Partial<Signals> | undefined {
  try {
    return (JSON.parse(text) as { signals?: Partial<Signals> } | null)?.signals;
  } catch {
    return undefined;
  }
}
