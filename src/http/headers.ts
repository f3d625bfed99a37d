import helmet from 'helmet';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HttpDto } from '../config/config.dto.js';
import { arrivalOf } from '../net/arrival.js';
import { isListed } from './browser.js';

/** xterm and Mantine set styles inline; scripts are files of this server, and nothing else. */
const DIRECTIVES = {
  defaultSrc: ["'self'"],
  scriptSrc: ["'self'"],
  styleSrc: ["'self'", "'unsafe-inline'"],
  imgSrc: ["'self'", 'data:', 'blob:'],
  fontSrc: ["'self'", 'data:'],
  // Not every browser takes 'self' for a WebSocket.
  connectSrc: ["'self'", (request: IncomingMessage) => sockets(request)],
  objectSrc: ["'none'"],
  baseUri: ["'self'"],
  formAction: ["'self'"],
  frameAncestors: ["'none'"],
  scriptSrcAttr: ["'none'"],
};

const sockets = (request: IncomingMessage) => {
  const { scheme, host } = arrivalOf(request);
  return host && `${scheme === 'https' ? 'wss' : 'ws'}://${host}`;
};

const OPTIONS = { xFrameOptions: { action: 'deny' as const } };
const encrypted = helmet({
  ...OPTIONS,
  contentSecurityPolicy: { useDefaults: false, directives: { ...DIRECTIVES, upgradeInsecureRequests: [] } },
  // Other services of the same name may not be in TLS.
  strictTransportSecurity: { includeSubDomains: false },
});
// What browsers take from https and localhost alone, or what makes a page on plain HTTP go blank, is left out.
const plain = helmet({
  ...OPTIONS,
  contentSecurityPolicy: { useDefaults: false, directives: DIRECTIVES },
  strictTransportSecurity: false,
  crossOriginOpenerPolicy: false,
  originAgentCluster: false,
});

/** What every answer tells a browser. */
export function setHeaders(request: IncomingMessage, response: ServerResponse, settings: HttpDto): void {
  const protect = arrivalOf(request).scheme === 'https' ? encrypted : plain;
  protect(request, response, (error?: unknown) => {
    if (error !== undefined) throw error;
  });
  if (/^(https?:\/\/[^/]*)?\/api(\/|\?|$)/i.test(request.url ?? ''))
    response.setHeader('Cache-Control', 'no-store');
  if (settings.cors?.length) response.setHeader('Vary', 'Origin');
  if (!isListed(request.headers.origin, settings)) return;
  response.setHeader('Access-Control-Allow-Origin', String(request.headers.origin));
  response.setHeader('Access-Control-Expose-Headers', 'ETag, Retry-After, WWW-Authenticate');
}

/** Answers a browser that asks whether the page of another site may do something (Fetch, "CORS-preflight"). */
export function answerPreflight(
  request: IncomingMessage,
  response: ServerResponse,
  settings: HttpDto,
): boolean {
  const { method, headers } = request;
  const asks = method === 'OPTIONS' && headers['access-control-request-method'] !== undefined;
  if (!asks || !isListed(headers.origin, settings)) return false;
  response.writeHead(204, {
    'Access-Control-Allow-Methods': 'GET, POST, PUT, PATCH, DELETE',
    'Access-Control-Allow-Headers': 'Authorization, Content-Type, If-Match, If-None-Match',
    'Access-Control-Max-Age': '600',
    ...(headers['access-control-request-private-network'] && {
      'Access-Control-Allow-Private-Network': 'true',
    }),
  });
  response.end();
  return true;
}
