import { randomBytes } from 'node:crypto';
import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Answer } from './answers.js';

export interface Asked {
  readonly method: string;
  /** `ws` asks to go on as a WebSocket, and hangs up if it may. */
  readonly upgrade?: boolean;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
}

/** A request as it is, without anything that `fetch` would forbid or add; a stream is read to its end by `end`. */
export async function ask(url: string, { method, upgrade, headers = {}, body }: Asked): Promise<Answer> {
  const sent = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
  const handshake = upgrade && {
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
  };
  const asked = request(url, {
    method,
    agent: false,
    headers: { ...(sent !== undefined && { 'Content-Type': 'application/json' }), ...handshake, ...headers },
  });
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    asked.on('response', resolve).on('error', reject);
    asked.on('upgrade', (message, socket) => {
      socket.destroy();
      resolve(message);
    });
    asked.end(sent);
  });
  const status = answer.statusCode ?? 0;
  return {
    status,
    headers: new Headers(Object.entries(answer.headers).map(([name, value]) => [name, String(value)])),
    text: status === 101 ? '' : await text(answer),
  };
}
