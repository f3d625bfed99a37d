import type { IncomingMessage } from 'node:http';
import { PlaceLog } from '../log-record.js';
import { type ClientAddress, clientAddress } from './net-server.js';

/** How a request came in, as its client sees it: behind the proxies that are trusted. */
export interface Arrival {
  readonly from: ClientAddress;
  readonly scheme: 'http' | 'https';
  /** Name and port that the client called, in small letters, as in `serial.example:8443`; empty in HTTP/1.0. */
  readonly host: string;
  /** Where the client sees this server's `/`: empty, or a path as `/serial`. */
  readonly prefix: string;
}

/** A host as a URL has it, and no more: it stands in headers and links of answers. */
const HOST = /^([a-z0-9_.-]{1,253}|\[[0-9a-f:.]{2,45}\])(:\d{1,5})?$/i;

const arrivals = new WeakMap<IncomingMessage, Arrival>();
const closings = new WeakMap<IncomingMessage, AbortSignal>();
const NEVER = new AbortController().signal;

/** The log of an http server, for lines about a client of it. */
export type LogOfClient = (client: ClientAddress) => PlaceLog;
const logs = new WeakMap<IncomingMessage, LogOfClient>();

/** For the http server, before anybody else sees the request. */
export function setArrival(
  request: IncomingMessage,
  arrival: Arrival,
  closing: AbortSignal,
  log: LogOfClient,
): void {
  arrivals.set(request, arrival);
  closings.set(request, closing);
  logs.set(request, log);
}

/** For what is said of a request's client: it names that, and the http entry. */
export function logOf(request: IncomingMessage): PlaceLog {
  const { from } = arrivalOf(request);
  return logs.get(request)?.(from) ?? new PlaceLog({ client: from.text });
}

/** Aborted when what a request came in by is closed: what it has become ends then. */
export const closingOf = (request: IncomingMessage): AbortSignal => closings.get(request) ?? NEVER;

export function arrivalOf(request: IncomingMessage): Arrival {
  return arrivals.get(request) ?? directArrival(request);
}

/** How a request came in when nobody stands between. */
export function directArrival({ headers, socket }: Pick<IncomingMessage, 'headers' | 'socket'>): Arrival {
  const encrypted = 'encrypted' in socket && socket.encrypted === true;
  return {
    from: clientAddress(socket),
    scheme: encrypted ? 'https' : 'http',
    host: asHost(headers.host) ?? '',
    prefix: '',
  };
}

/** Undefined for what is no host. */
export const asHost = (text: string | undefined): string | undefined =>
  text !== undefined && HOST.test(text) ? text.toLowerCase() : undefined;
