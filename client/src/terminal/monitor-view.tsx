import type { ReactNode } from 'react';
import { texts } from '../texts/texts.js';
import { bytes } from '../util/format.js';
import { fromBase64 } from './hex.js';
import type { Direction } from './page.js';
import { TrafficView } from './traffic-view.js';
import { usePort } from './use-port.js';
import { useSession } from './use-session.js';
import { useMarks } from './use-marks.js';
import { useTerminalSocket } from './use-terminal-socket.js';

interface Props {
  name: string;
  token?: string | undefined;
  onToken: (token: string) => void;
  lead?: ReactNode;
}

/** Both directions of a port, whoever sends; nothing can be sent from here. */
export default function MonitorView({ name, token, onToken, lead }: Props) {
  const session = useSession(name);
  const { recording } = session;
  const mark = useMarks((text) => recording.note(text, Date.now()));
  const { state } = useTerminalSocket('monitor', name, token, {
    state: mark,
    text: (text) => {
      const frame = frameOf(text);
      if (!frame) return;
      const t = frame.t / 1000;
      if ('lost' in frame) recording.note(texts.terminal.lost(bytes(frame.lost)), t);
      else recording.append(frame.dir, fromBase64(frame.data), t);
    },
  });
  const port = usePort('monitor', name, token, state);
  return (
    <TrafficView
      kind="monitor"
      name={name}
      state={state}
      port={port}
      session={session}
      onToken={onToken}
      lead={lead}
    />
  );
}

/** What the server's monitor sends; `t` in microseconds since 1970. */
type Frame = { t: number } & ({ dir: Direction; data: string } | { lost: number });

function frameOf(text: string): Frame | undefined {
  try {
    return JSON.parse(text) as Frame;
  } catch {
    return undefined;
  }
}
