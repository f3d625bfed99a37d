import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import type { HttpDto } from '../config/config.dto.js';
import { AppError } from '../errors.js';
import { type Arrival, arrivalOf, asHost } from '../net/arrival.js';
import { ownNames } from '../net/own-names.js';

/** Methods that change nothing (RFC 9110, 9.2.1). */
const SAFE = ['GET', 'HEAD', 'OPTIONS'];
const SHOWN = 200;

/**
 * What keeps the page of another site from using this server through the browser of somebody who can reach it.
 *
 * A change, or a WebSocket, is refused when its `Origin` is neither this server's, as the client sees it, nor one of `cors`.
 * While what it asks for is `open` to everybody, the host that was called must be one that no other site can point here (DNS
 * rebinding): an IP address, localhost, the name of this machine, the server's own address, or one of `hosts`.
 * Programs send no Origin, and pass.
 * @throws AppError 403
 */
export function refuseForeignPage(request: IncomingMessage, settings: HttpDto, open: boolean): void {
  const arrival = arrivalOf(request);
  if (open && !isKnownHost(hostName(arrival.host), settings)) {
    throw new AppError(
      'HOST_UNKNOWN',
      403,
      `While there are no accounts, this server must be called by its IP address, as localhost, by the name of its machine, or by a name in the key "hosts" of its http entry, not as ${shown(arrival.host)}`,
    );
  }
  const { method = '', headers } = request;
  if (SAFE.includes(method) && headers.upgrade === undefined) return;
  if (!isOwnPage(headers, arrival) && !isListed(headers.origin, settings)) {
    throw new AppError(
      'ORIGIN_REFUSED',
      403,
      `A page of ${shown(headers.origin ?? 'another site')} may not do this: the server was called as ${originOf(arrival)}. List other sites in the key "cors" of the http entry; behind a proxy, let it pass the Host header on, and set "trusted_proxies"`,
    );
  }
}

/** @throws AppError 400 for a host that is none, and for more than one (RFC 9112, 3.2) */
export function refuseHosts({ headers, rawHeaders }: IncomingMessage): void {
  const hosts = rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host');
  if (hosts.length > 1 || (headers.host && asHost(headers.host) === undefined))
    throw new AppError('BAD_HOST', 400, 'The request must name one host, in the header Host', {
      headers: { Connection: 'close' },
    });
}

export const isListed = (origin: string | undefined, { cors = [] }: HttpDto) =>
  origin !== undefined && cors.includes(origin);

function isOwnPage(headers: IncomingMessage['headers'], arrival: Arrival): boolean {
  // No script can set it (Fetch Metadata); browsers send it to https and localhost.
  const site = headers['sec-fetch-site'];
  if (site === 'same-origin') return true;
  const foreign = site === 'cross-site' || site === 'same-site';
  if (foreign || headers.origin === undefined) return !foreign;
  // A proxy may speak TLS for this server and say nothing of it.
  return (['https', arrival.scheme] as const).some(
    (scheme) => headers.origin === originOf({ ...arrival, scheme }),
  );
}

/** Without the port where it is the scheme's own, as browsers write it. */
function originOf({ scheme, host }: Arrival): string {
  const url = `${scheme}://${host}`;
  return URL.canParse(url) ? new URL(url).origin : url;
}

function isKnownHost(name: string, { address, hosts = [] }: HttpDto): boolean {
  // HTTP/1.0 knows no host; every browser does.
  if (name === '' || isIP(name) !== 0) return true;
  if (name === 'localhost' || name.endsWith('.localhost')) return true;
  if ([address, ...hosts].some((known) => known.toLowerCase() === name)) return true;
  // One label, and .local, are not in the public DNS; who can lead the full name elsewhere runs the domain of this machine.
  return ownNames().includes(name);
}

const hostName = (host: string) =>
  host
    .replace(/:\d+$/, '')
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '');
const shown = (text: string) => text.slice(0, SHOWN);
