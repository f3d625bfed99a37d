import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { turnAway } from '../net/turn-away.js';
import { errorAnswer, rawAnswer } from './answer.js';

/** Headers that have to do with an upgrade (RFC 9110, 7.8; h2c: RFC 7540, 3.2). */
const OF_UPGRADES = ['connection', 'upgrade', 'http2-settings'];

/** Answers what is on a connection with a failure, in HTTP, and ends it. */
export function refuseOn(socket: Duplex, error: unknown): void {
  turnAway(socket, Buffer.from(rawAnswer(errorAnswer(error))));
}

/**
 * The bytes of a request as if it had not asked for an upgrade, and the last of its connection: `head`, what came after its
 * headers, may hold any number of others, each of which would begin anew.
 */
export function withoutUpgrade(request: IncomingMessage, head: Buffer): Buffer {
  const { method, url, httpVersion, headers, rawHeaders } = request;
  let text = `${method} ${url} HTTP/${httpVersion}\r\n`;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = String(rawHeaders[index]);
    if (!OF_UPGRADES.includes(name.toLowerCase())) text += `${name}: ${rawHeaders[index + 1]}\r\n`;
  }
  const chunked = headers['transfer-encoding'] !== undefined;
  const body = chunked ? head : head.subarray(0, Number(headers['content-length'] ?? 0));
  return Buffer.concat([Buffer.from(`${text}Connection: close\r\n\r\n`, 'latin1'), body]);
}
