import type { IncomingMessage } from 'node:http';
import type { ClientAddress } from './net-server.js';

/** How a request came in, as its client sees it: behind the proxies that are trusted. */
export interface Arrival {
  readonly from: ClientAddress;
  readonly scheme: 'http' | 'https';
  /** Name and port that the client called, in small letters, as in `serial.example:8443`; empty in HTTP/1.0. */
  readonly host: string;
  /** Where the client sees this server's `/`: empty, or a path as `/serial`. */
  readonly prefix: string;
}

const arrivals = new WeakMap<IncomingMessage, Arrival>();

/** For the http server, before anybody else sees the request. */
export function setArrival(request: IncomingMessage, arrival: Arrival): void {
  arrivals.set(request, arrival);
}

export function arrivalOf(request: IncomingMessage): Arrival {
  return arrivals.get(request) as Arrival;
}
