import { type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { type Arrival, asHost, directArrival } from './arrival.js';
import { NetworkSet } from './ip-filter.js';
import { hostAndPort } from './net-server.js';

/** A path that a proxy serves this server below, and no more: it stands in links of answers. */
const PREFIX = /^(\/[a-z0-9_.~-]+)+$/i;
/** Proxies between a client and this server, at most. */
const MAX_HOPS = 20;

/**
 * Finds out where a request comes from. What a proxy says of it (X-Forwarded-For, -Proto, -Host, -Prefix) counts only
 * from an address that is trusted. Each proxy adds the address that it was called from to the end of X-Forwarded-For; so
 * the last address that is no trusted proxy is the client, and what stands before it is what the client claims.
 * The header `Forwarded` (RFC 7239) is not looked at.
 *
 * @param basePath what a client sees this server below when no proxy says it; empty for its own root
 */
export function arrivalBehind(
  trusted: NetworkSet,
  basePath: string,
  request: Pick<IncomingMessage, 'headers' | 'socket'>,
): Arrival {
  const { headers } = request;
  const direct = { ...directArrival(request), prefix: basePath };
  if (!trusted.includes(direct.from.ip ?? '')) return direct;
  const proto = nearest(headers, 'x-forwarded-proto')?.toLowerCase();
  const prefix = nearest(headers, 'x-forwarded-prefix')?.replace(/\/$/, '');
  return {
    from: clientBehind(trusted, direct.from, headers),
    scheme: proto === 'https' || proto === 'http' ? proto : direct.scheme,
    host: asHost(nearest(headers, 'x-forwarded-host')) ?? direct.host,
    prefix: prefix !== undefined && PREFIX.test(prefix) ? prefix : basePath,
  };
}

function clientBehind(trusted: NetworkSet, peer: Arrival['from'], headers: IncomingHttpHeaders) {
  let client = peer;
  for (const text of listOf(headers, 'x-forwarded-for').slice(-MAX_HOPS).toReversed()) {
    const next = parseHop(text);
    // An address that cannot be read ends the chain: whoever said it is the last one that is known.
    if (!next) break;
    client = next;
    if (!trusted.includes(next.ip)) break;
  }
  return client;
}

/** `203.0.113.7`, `2001:db8::7`, also with a port as some proxies add it. */
function parseHop(text: string): { ip: string; text: string } | undefined {
  const [, bracketed, ipv4, port] = /^(?:\[([^\]]+)\]|([\d.]+))(?::(\d{1,5}))?$/.exec(text) ?? [];
  const ip = (bracketed ?? ipv4 ?? text).replace(/^::ffff:(?=[\d.]+$)/i, '');
  if (!isIP(ip)) return undefined;
  return { ip, text: port === undefined ? ip : hostAndPort(ip, Number(port)) };
}

/** What the proxy said that is next to this server: others before it may have been the client's own words. */
const nearest = (headers: IncomingHttpHeaders, name: string) => listOf(headers, name).at(-1);

/** Node joins a header that comes more than once by commas. */
const listOf = (headers: IncomingHttpHeaders, name: string) =>
  String(headers[name] ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
