import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { AppError } from '../errors.js';

/** The opening handshake of the WebSocket protocol (RFC 6455 section 4.2), the server's side, without extensions. */

const VERSION = '13';
/** Of section 1.3. */
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
/** What a browser may offer beside a credential, so that the answer need not repeat that. */
const SUBPROTOCOL = 'ser2tcp';
const CREDENTIAL = 'bearer.';
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

export class BadHandshake extends AppError {
  constructor(message: string, status = 400, headers: Record<string, string> = {}) {
    super('BAD_HANDSHAKE', status, message, { headers });
  }
}

/** The request would be served, were it one for a WebSocket. */
export class UpgradeRequired extends BadHandshake {
  constructor() {
    super('This is a WebSocket: ask for it with "Upgrade: websocket"', 426, {
      Upgrade: 'websocket',
      'Sec-WebSocket-Version': VERSION,
    });
  }
}

/** @throws BadHandshake when it is not as it should be */
export function checkHandshake({ method, httpVersion, headers }: IncomingMessage): void {
  if (method !== 'GET') throw new BadHandshake('A WebSocket is asked for with GET', 405, { Allow: 'GET' });
  if (httpVersion !== '1.1') throw new BadHandshake('A WebSocket needs HTTP/1.1');
  if (headers.upgrade?.toLowerCase() !== 'websocket') throw new UpgradeRequired();
  if (headers['sec-websocket-version'] !== VERSION)
    throw new BadHandshake(`The version of the WebSocket protocol must be ${VERSION}`, 426, {
      Upgrade: 'websocket',
      'Sec-WebSocket-Version': VERSION,
    });
  if (!/^[+/0-9A-Za-z]{22}==$/.test(headers['sec-websocket-key'] ?? ''))
    throw new BadHandshake('Sec-WebSocket-Key must be 16 bytes in base64');
  if (!offered(headers).every((name) => TOKEN.test(name)))
    throw new BadHandshake('Sec-WebSocket-Protocol must be a list of names');
}

/** The tokens in `Sec-WebSocket-Protocol: bearer.<token>`, where a browser can put one that stays out of URLs and logs. */
export function offeredCredentials(headers: IncomingHttpHeaders): string[] {
  return offered(headers).flatMap((name) =>
    name.startsWith(CREDENTIAL) ? name.slice(CREDENTIAL.length) || [] : [],
  );
}

/** The answer that makes a WebSocket of the request. */
export function handshakeAnswer({ headers }: IncomingMessage): string {
  const accept = createHash('sha1').update(`${headers['sec-websocket-key']}${GUID}`).digest('base64');
  const chosen = chosenProtocol(offered(headers));
  return [
    'HTTP/1.1 101 Switching Protocols',
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Accept: ${accept}`,
    ...(chosen === undefined ? [] : [`Sec-WebSocket-Protocol: ${chosen}`]),
    '\r\n',
  ].join('\r\n');
}

const offered = (headers: IncomingHttpHeaders) =>
  (headers['sec-websocket-protocol'] ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');

/** A browser wants one of those that it offered; a credential is repeated only when there is nothing else. */
function chosenProtocol(names: readonly string[]): string | undefined {
  if (names.includes(SUBPROTOCOL)) return SUBPROTOCOL;
  return names.find((name) => !name.startsWith(CREDENTIAL)) ?? names[0];
}
