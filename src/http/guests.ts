import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { arrivalOf } from '../net/arrival.js';
import { type ClientAddress, clientAddress } from '../net/net-server.js';

interface Guest {
  readonly peer: ClientAddress;
  readonly from: ClientAddress;
  readonly end: (reason: string) => void;
}

/** Clients whose requests have become something longer: whoever took them is told when they may not come in any more. */
export class Guests {
  readonly #all = new Set<Guest>();

  /** Until its socket is closed. */
  add(request: IncomingMessage, socket: Duplex, end: (reason: string) => void): void {
    const guest = { peer: clientAddress(request.socket), from: arrivalOf(request).from, end };
    this.#all.add(guest);
    socket.once('close', () => this.#all.delete(guest));
  }

  /** @param admits whether a client at this socket, or the one behind it that made the request, may still come in */
  dismiss(admits: (peer: ClientAddress, from: ClientAddress) => boolean, reason: string): void {
    for (const { peer, from, end } of this.#all) if (!admits(peer, from)) end(reason);
  }
}
