import { AddressInfo, isIPv6, Server, Socket } from 'node:net';
import type { ClientAddress } from './listener.js';

/** Connections that may wait to be accepted. */
export const BACKLOG = 511;
/** Seconds of silence after which the system asks whether a client is still there. */
const KEEPALIVE_SECONDS = 15;

/** How accepted sockets are set up. */
export const SOCKET_OPTIONS = {
  noDelay: true,
  keepAlive: true,
  keepAliveInitialDelay: KEEPALIVE_SECONDS * 1000,
  // A client that has sent all it wanted may still be waiting for the answer.
  allowHalfOpen: true,
};

export const hostAndPort = (host: string, port: number) =>
  isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`;

/** An address as it was configured, with the port that the system gave for 0. */
export function boundAddress(
  server: Server | undefined,
  { host, port }: { host: string; port: number },
): string {
  const bound = server?.address() as AddressInfo | null | undefined;
  return hostAndPort(host, bound?.port ?? port);
}

/** Where a socket's client is; an IPv4 client of an IPv6 socket has its IPv4 address. */
export function clientAddress(socket: Socket): ClientAddress {
  const ip = (socket.remoteAddress ?? '').replace(/^::ffff:(?=[\d.]+$)/i, '');
  return { ip, text: hostAndPort(ip, socket.remotePort ?? 0) };
}

export function listen(
  server: Server,
  options: { host: string; port: number } | { path: string },
): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ ...options, backlog: BACKLOG }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
