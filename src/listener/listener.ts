import type { Duplex } from 'node:stream';
import { AppError, sentence } from '../errors.js';

/** Where a client comes from. */
export interface ClientAddress {
  /** As logs and status show it: `127.0.0.1:50312`, `[::1]:50312`. */
  readonly text: string;
  /** Its IP address, where there is one. */
  readonly ip?: string;
  /** Who it is by its certificate. */
  readonly subject?: string;
}

/** Who takes the clients of a listener. */
export interface Gate {
  /** Whether a client of this address is worth more effort; it is asked before a TLS handshake. */
  admits(from: ClientAddress): boolean;
  /** Takes a client, paused. */
  accept(client: Duplex, from: ClientAddress): void;
  /** A client is turned away by the transport itself. */
  refused(from: ClientAddress, reason: string): void;
  /** Something the operator should know; the listener goes on. */
  notice(text: string): void;
  /** A client could not be accepted; the listener goes on. */
  failed(error: Error): void;
}

/** One way for clients to arrive. It knows nothing of ports and protocols; there is one file for each transport. */
export interface Listener {
  /** Where it listens, as logs show it. */
  readonly where: string;
  /** Begins to listen; @throws ListenFailed */
  open(gate: Gate): Promise<void>;
  /** Stops to listen; clients that were handed over are left alone. */
  close(): Promise<void>;
}

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
