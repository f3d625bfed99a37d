import type { Duplex } from 'node:stream';
import type { AnyServerDto } from '../config/server.dto.js';
import type { RefusalCause } from '../net/client-counts.js';
import type { ClientAddress } from '../net/net-server.js';
import type { Farewell } from '../protocol/codec.js';

/** Ends a client's connection. */
export type Dismiss = (reason: string, why: Farewell) => void;

/** Who takes the clients of a listener. */
export interface Gate {
  /** Whether a client of this address is worth more effort; it is asked before a TLS handshake. */
  admits(from: ClientAddress): boolean;
  /** Takes a client, paused; returns what ends it. `active` is called when the client does something. */
  accept(client: Duplex, from: ClientAddress, active?: () => void): Dismiss;
  /** A client is turned away by the transport itself. */
  refused(from: ClientAddress, reason: string, cause: RefusalCause): void;
  /** Something the operator should know; the listener goes on. */
  notice(text: string): void;
  /** A client could not be accepted; the listener goes on. */
  failed(error: Error): void;
}

/** One way for clients to arrive. It knows nothing of ports and protocols; there is one file for each transport. */
export interface Listener {
  /** Where it listens, as logs show it. */
  readonly where: string;
  /**
   * Begins to listen; once only.
   * @param signal gives it up, now or later: what was made for it is taken away at once
   * @throws ListenFailed
   */
  open(gate: Gate, signal: AbortSignal): Promise<void>;
  /** Other settings, that need no other listener (`needsRestart`). */
  update?(settings: AnyServerDto): void;
  /** Stops to listen; clients that were handed over are left alone. */
  close(): Promise<void>;
}
