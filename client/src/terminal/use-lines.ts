import { useState } from 'react';
import type { PortStatus } from '../api/index.js';
import { type Line, LINES } from '../live/model.js';
import type { useTerminalSocket } from './use-terminal-socket.js';

export interface ShownLine {
  line: Line;
  on: boolean;
  /** For the lines that may be set from here. */
  set?: () => void;
}

/** The modem lines that an endpoint tells of, and those that it lets its clients set. */
export function useLines(
  name: string,
  port: PortStatus | undefined,
  { state, signals, send }: ReturnType<typeof useTerminalSocket>,
): ShownLine[] {
  const [done, setDone] = useState<Partial<Record<Line, boolean>>>({});
  const open = state.state === 'open';
  const control = port?.servers.find(({ endpoint }) => endpoint === name)?.control;
  const maySet = (line: Line) =>
    (line === 'rts' || line === 'dtr') && (port ? control?.[line] === true : signals?.[line] !== undefined);
  if (!open) return [];
  return LINES.filter((line) => signals?.[line] !== undefined || maySet(line)).map((line) => {
    const on = signals?.[line] ?? done[line] ?? port?.signals?.[line] ?? false;
    if (!maySet(line)) return { line, on };
    const set = () => {
      if (send(JSON.stringify({ [line]: !on }))) setDone((before) => ({ ...before, [line]: !on }));
    };
    return { line, on, set };
  });
}
