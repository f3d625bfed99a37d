import { createContext, type ReactNode, useContext, useSyncExternalStore } from 'react';
import type { Link, StatusStream } from './status-stream.js';
import type { Snapshot } from './model.js';
import type { Rate } from './traffic.js';

const Stream = createContext<StatusStream | undefined>(undefined);

export function LiveProvider({ stream, children }: { stream: StatusStream; children: ReactNode }) {
  return <Stream value={stream}>{children}</Stream>;
}

function useStream(): StatusStream {
  const stream = useContext(Stream);
  if (!stream) throw new Error('LiveProvider is missing');
  return stream;
}

/** What the server serves now; undefined until it has said so for the first time. */
export function useSnapshot(): Snapshot | undefined {
  const stream = useStream();
  return useSyncExternalStore(stream.subscribe, stream.snapshot);
}

/** Whether that is up to date. */
export function useLink(): Link {
  const stream = useStream();
  return useSyncExternalStore(stream.subscribe, stream.link);
}

/** The rates of a port in the last minute, renewed every second. */
export function useRates(index: number): readonly Rate[] {
  const stream = useStream();
  return useSyncExternalStore(stream.subscribe, () => stream.rates(index));
}
