import type { Duplex } from 'node:stream';

/** How long a client that is turned away may take to go by itself. */
const GO_MS = 2000;

/** Ends a connection; nothing that comes is looked at any more. `last` is said first, where there is something to say. */
export function turnAway(stream: Duplex, last?: Buffer, ms = GO_MS): void {
  stream.on('error', () => {});
  if (!last) {
    stream.destroy();
    return;
  }
  stream.end(last);
  // Bytes left unread at the end would make the system reset the connection, and with it what was said.
  stream.resume();
  const timer = setTimeout(() => stream.destroy(), ms);
  stream.once('close', () => clearTimeout(timer));
}
