import { lookup } from 'node:dns/promises';
import { AddressInfo, isIP, isIPv6, Server, Socket } from 'node:net';
import { AppError, Ended, sentence, unlessEnded } from '../errors.js';

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

/** Where a client comes from. */
export interface ClientAddress {
  /** As logs and status show it: `127.0.0.1:50312`, `[::1]:50312`. */
  readonly text: string;
  /** Its IP address, where there is one. */
  readonly ip?: string;
  /** Who it is by its certificate, or by the account that let it in. */
  readonly subject?: string;
}

export const hostAndPort = (host: string, port: number) =>
  isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`;

/** Where a server listens: of a host name the address that was found for it, of port 0 the one that the system gave. */
export function boundAddress(
  server: Server | undefined,
  { host, port }: { host: string; port: number },
): string {
  const bound = server?.address() as AddressInfo | null | undefined;
  return hostAndPort(bound && isIP(host) === 0 ? bound.address : host, bound?.port ?? port);
}

/** Where a socket's client is; an IPv4 client of an IPv6 socket has its IPv4 address. */
export function clientAddress(socket: Socket): ClientAddress {
  const ip = (socket.remoteAddress ?? '').replace(/^::ffff:(?=[\d.]+$)/i, '');
  return { ip, text: hostAndPort(ip, socket.remotePort ?? 0) };
}

/**
 * A host name is served at its IPv4 address where it has one, as by the Python program: a system may name its IPv6
 * address first, and most clients of `localhost` then find nobody.
 * @param signal gives it up: the server does not listen, or not any more
 */
export async function listen(
  server: Server,
  where: { host: string; port: number } | { path: string },
  signal?: AbortSignal,
): Promise<void> {
  const options =
    'path' in where || isIP(where.host) !== 0
      ? where
      : { ...where, host: await addressOf(where.host, signal) };
  if (signal?.aborted) throw new Ended();
  const listening = new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ ...options, backlog: BACKLOG, ...(signal && { signal }) }, () => {
      server.off('error', reject);
      resolve();
    });
  });
  await unlessEnded(listening, signal);
}

const addressOf = async (host: string, signal: AbortSignal | undefined) =>
  (await unlessEnded(lookup(host, { order: 'ipv4first' }), signal)).address;

/** A server cannot listen where it should. */
export class ListenFailed extends AppError {
  constructor(where: string, cause: unknown) {
    super('LISTEN_FAILED', 409, `Cannot listen on ${where}: ${reason(cause)}`, { cause });
  }
}

function reason(cause: unknown): string {
  const error = cause as NodeJS.ErrnoException & { readonly port?: number };
  switch (error.code) {
    case 'EADDRINUSE':
      return 'another program or server has it';
    case 'EADDRNOTAVAIL':
      return 'this machine does not have that address';
    case 'EACCES':
      return Number(error.port) > 0
        ? 'no permission (a port below 1024 needs root or the capability CAP_NET_BIND_SERVICE)'
        : 'no permission to make a file there';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'there is no such host name';
    case 'ENOENT':
      return 'its folder does not exist';
    case 'EINVAL':
      return 'the system refuses this address (a link-local one needs its zone, as in fe80::1%eth0)';
    case 'EAFNOSUPPORT':
      return 'this machine has no IPv6';
    default:
      return sentence(cause);
  }
}
