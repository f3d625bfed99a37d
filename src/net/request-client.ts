import type { IncomingMessage } from 'node:http';
import { type ClientAddress, clientAddress } from './net-server.js';

const clients = new WeakMap<IncomingMessage, ClientAddress>();

/** For the http server, which knows whether a trusted proxy stands between. */
export function setClient(request: IncomingMessage, client: ClientAddress): void {
  clients.set(request, client);
}

/** Where a request comes from: what the http server found out, else the other end of its socket. */
export function clientOf(request: IncomingMessage): ClientAddress {
  return clients.get(request) ?? clientAddress(request.socket);
}
