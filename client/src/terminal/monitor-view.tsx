import { type ReactNode, useState } from 'react';
import { fromBase64 } from './hex.js';
import { Recording } from './recording.js';
import { TrafficView } from './traffic-view.js';
import { useTerminalSocket } from './use-terminal-socket.js';

interface Props {
  name: string;
  token?: string | undefined;
  onToken: (token: string) => void;
  lead?: ReactNode;
}

/** Both directions of a port, whoever sends; nothing can be sent from here. */
export default function MonitorView({ name, token, onToken, lead }: Props) {
  const [recording] = useState(() => new Recording());
  const { state } = useTerminalSocket('monitor', name, token, {
    text: (text) => {
      const frame = frameOf(text);
      if (frame) recording.append(frame.dir, frame.bytes, frame.t);
    },
  });
  return (
    <TrafficView
      kind="monitor"
      name={name}
      state={state}
      recording={recording}
      onToken={onToken}
      lead={lead}
    />
  );
}

/** `{"t": <seconds>, "dir": "rx", "data": "<base64>"}` */
function frameOf(text: string) {
  try {
    const { t, dir, data } = JSON.parse(text) as { t: number; dir: 'rx' | 'tx'; data: string };
    return { t: t * 1000, dir, bytes: fromBase64(data) };
  } catch {
    return undefined;
  }
}
