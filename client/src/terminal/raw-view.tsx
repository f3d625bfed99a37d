import type { ReactNode } from 'react';
import { SendBar } from './send-bar.js';
import { SignalLamps } from './signal-lamps.js';
import { TrafficView } from './traffic-view.js';
import { useLines } from './use-lines.js';
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

/** What is sent to and received from a WebSocket endpoint, byte by byte. */
export default function RawView({ name, token, onToken, lead }: Props) {
  const session = useSession(name);
  const { recording } = session;
  const state = useMarks((text) => recording.note(text, Date.now()));
  const socket = useTerminalSocket('raw', name, token, {
    data: (bytes) => recording.append('rx', bytes, Date.now()),
    state,
  });
  const port = usePort('raw', name, token, socket.state);
  const lines = useLines(name, port, socket);
  const send = (bytes: Uint8Array<ArrayBuffer>) => {
    if (!socket.send(bytes)) return false;
    recording.append('tx', bytes, Date.now());
    return true;
  };
  return (
    <TrafficView
      kind="raw"
      name={name}
      state={socket.state}
      port={port}
      session={session}
      onToken={onToken}
      lead={lead}
      signals={<SignalLamps lines={lines} />}
    >
      <SendBar send={send} ready={socket.state.state === 'open'} />
    </TrafficView>
  );
}
