import type { IncomingMessage } from 'node:http';
import { arrivalOf } from './arrival.js';
import type { ClientAddress } from './net-server.js';

/** Where a request comes from: the client that a trusted proxy names, else the other end of its socket. */
export function clientOf(request: IncomingMessage): ClientAddress {
  return arrivalOf(request).from;
}
