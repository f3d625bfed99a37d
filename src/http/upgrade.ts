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

/** The bytes of a request as if it had not asked for an upgrade; `head` is what came after its headers. */
export function withoutUpgrade(request: IncomingMessage, head: Buffer): Buffer {
  const { method, url, httpVersion, rawHeaders } = request;
  let text = `${method} ${url} HTTP/${httpVersion}\r\n`;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = String(rawHeaders[index]);
    if (!OF_UPGRADES.includes(name.toLowerCase())) text += `${name}: ${rawHeaders[index + 1]}\r\n`;
  }
  return Buffer.concat([Buffer.from(`${text}\r\n`, 'latin1'), head]);
}
