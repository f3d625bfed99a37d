import type { Duplex } from 'node:stream';
import { AppError, sentence } from '../errors.js';

/** Where a client comes from. */
export interface ClientAddress {
  /** As logs and status show it: `127.0.0.1:50312`, `[::1]:50312`. */
  readonly text: string;
  /** Its IP address, where there is one. */
  readonly ip?: string;
}

/** One way for clients to arrive. It knows nothing of ports and protocols; there is one file for each transport. */
export interface Listener {
  /** Where it listens, as logs show it. */
  readonly where: string;
  /**
   * Begins to listen. Clients are handed over paused.
   * @param failed something went wrong later on; the listener goes on listening
   * @throws ListenFailed
   */
  open(accept: (client: Duplex, from: ClientAddress) => void, failed: (error: Error) => void): Promise<void>;
  /** Stops to listen; clients that were handed over are left alone. */
  close(): Promise<void>;
}

/** A server cannot listen where it should. */
export class ListenFailed extends AppError {
  constructor(where: string, cause: unknown) {
    super('LISTEN_FAILED', 409, `Cannot listen on ${where}: ${reason(cause)}`, { cause });
  }
}

function reason(error: unknown): string {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'EADDRINUSE':
      return 'another program or server has it';
    case 'EADDRNOTAVAIL':
      return 'this machine does not have that address';
    case 'EACCES':
      return 'no permission; ports below 1024 need root or the capability CAP_NET_BIND_SERVICE';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'there is no such host name';
    case 'EAFNOSUPPORT':
      return 'this machine has no IPv6';
    default:
      return sentence(error);
  }
}
