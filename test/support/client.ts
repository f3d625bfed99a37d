import { connect, Socket } from 'node:net';
import { Reader } from './reader.js';

/** A client of a TCP server. */
export interface Client {
  readonly socket: Socket;
  /** What comes, from the first use of it on; a test may read the socket itself instead. */
  readonly got: Reader;
  /** How the connection ended: `end` by the other side, `reset`. */
  readonly ended: Promise<'end' | 'reset'>;
}

const open = new Set<Socket>();

export async function connectTcp(port: number, host = '127.0.0.1', localAddress?: string): Promise<Client> {
  const socket = connect({ port, host, noDelay: true, ...(localAddress && { localAddress }) });
  open.add(socket);
  socket.on('error', () => {});
  const ended = new Promise<'end' | 'reset'>((resolve) =>
    socket.once('close', (failed) => resolve(failed ? 'reset' : 'end')),
  );
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  let reader: Reader | undefined;
  return {
    socket,
    ended,
    get got() {
      return (reader ??= new Reader(socket));
    },
  };
}

/** For `afterEach`. */
export function closeClients(): void {
  for (const socket of open) socket.destroy();
  open.clear();
}
