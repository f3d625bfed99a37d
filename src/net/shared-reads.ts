import { Socket, type SocketConstructorOpts } from 'node:net';

/** What libuv asks for in one read. */
const READ_BYTES = 64 * 1024;

/** On Unix libuv fills it and hands it on within one call, so all connections can have the same. */
const memory = Buffer.allocUnsafeSlow(READ_BYTES);

/** What Node's own server and cluster use, and its documentation leaves out. */
interface WithHandle {
  _handle: { useUserBuffer?: unknown } | null;
}
type FromHandle = SocketConstructorOpts & {
  readonly handle: object;
  readonly pauseOnCreate: boolean;
  readonly onread: { buffer: Uint8Array; callback(length: number): boolean };
};

/**
 * The connection of a paused socket that was just accepted, in a socket whose 'data' are views of one shared buffer: good
 * until the listener returns, so whoever keeps bytes copies them. Node makes 64 KiB of memory for each read, and at
 * 100 MiB/s a quarter of a core goes into taking it back.
 */
export function shareReads(accepted: Socket): Socket {
  const { _handle: handle } = accepted as unknown as WithHandle;
  // Windows fills the memory later; a Node without this keeps its own way.
  if (process.platform === 'win32' || typeof handle?.useUserBuffer !== 'function') return accepted;
  const options: FromHandle = {
    handle,
    allowHalfOpen: accepted.allowHalfOpen,
    pauseOnCreate: true,
    onread: {
      buffer: memory,
      callback: (length) => {
        socket.emit('data', memory.subarray(0, length));
        return true;
      },
    },
  };
  const socket: Socket = new Socket(options);
  (accepted as unknown as WithHandle)._handle = null;
  accepted.destroy();
  return socket;
}
