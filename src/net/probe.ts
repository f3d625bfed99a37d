import { createServer } from 'node:net';
import { listen } from './net-server.js';

/** Where somebody could not listen. */
export interface Place {
  readonly host: string;
  readonly port: number;
}

/** The address that a failure to listen was about; undefined when it was none of TCP. */
export function placeOf(failure: Error): Place | undefined {
  const { syscall, address, port, hostname } = (failure.cause ?? {}) as NodeJS.ErrnoException & {
    readonly address?: string;
    readonly port?: number;
    readonly hostname?: string;
  };
  // A name that does not lead to this machine; its port may be free or not.
  if (hostname !== undefined) return { host: hostname, port: 0 };
  return syscall === 'listen' && address !== undefined && port !== undefined && port > 0
    ? { host: address, port }
    : undefined;
}

/** Whether one can listen there now; it is free again at once. */
export async function isFree(place: Place): Promise<boolean> {
  const probe = createServer((socket) => socket.destroy());
  try {
    await listen(probe, place);
    return true;
  } catch {
    return false;
  } finally {
    probe.close();
  }
}
