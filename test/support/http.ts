import type { Client } from './client.js';

/** An answer as it came over a connection. */
export interface RawAnswer {
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

/** Reads one answer with Content-Length. */
export async function readAnswer({ got }: Pick<Client, 'got'>): Promise<RawAnswer> {
  const head = await got.upTo('\r\n\r\n');
  const length = Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0);
  const body = length ? await got.text(length) : '';
  return { status: Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1]), head, body };
}

/** A request as text; with a Host unless one is given. */
export function rawRequest(line: string, headers: Record<string, string> = {}, body = ''): string {
  const all = { Host: 'localhost', ...(body && { 'Content-Length': String(body.length) }), ...headers };
  return `${line} HTTP/1.1\r\n${Object.entries(all)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')}\r\n${body}`;
}

/** What a client asks for a WebSocket with (RFC 6455, 4.1). */
export const WEBSOCKET = {
  Upgrade: 'websocket',
  Connection: 'Upgrade',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
};
