import { once } from 'node:events';
import { type ClientOptions, WebSocket } from 'ws';

const OPCODES = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 };
const MASK = Buffer.from([0x12, 0x34, 0x56, 0x78]);

/** A frame as a client sends it: masked. */
export function clientFrame(
  kind: keyof typeof OPCODES,
  payload: Uint8Array | string = '',
  { fin = true }: { fin?: boolean } = {},
): Buffer {
  const bytes = Buffer.from(payload as string);
  const length = Buffer.alloc(bytes.length > 0xffff ? 9 : bytes.length > 125 ? 3 : 1);
  if (length.length === 9) length.writeBigUInt64BE(BigInt(bytes.length), 1);
  if (length.length === 3) length.writeUInt16BE(bytes.length, 1);
  length[0] = 0x80 | (length.length === 9 ? 127 : length.length === 3 ? 126 : bytes.length);
  const masked = bytes.map((byte, at) => byte ^ (MASK[at & 3] as number));
  return Buffer.concat([Buffer.from([(fin ? 0x80 : 0) | OPCODES[kind]]), length, MASK, masked]);
}

/** A request for a WebSocket, as it goes over the wire. */
export function upgradeRequest(path: string, headers: Readonly<Record<string, string>> = {}): string {
  const lines = {
    Host: '127.0.0.1',
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
    ...headers,
  };
  const text = Object.entries(lines).map(([name, value]) => `${name}: ${value}\r\n`);
  return `GET ${path} HTTP/1.1\r\n${text.join('')}\r\n`;
}

/** A client of the ws package, with a memory. */
export class WsClient {
  /** What text frames said, in order. */
  readonly texts: unknown[] = [];
  /** How it was closed. */
  readonly closed: Promise<{ code: number; reason: string }>;
  #chunks: Buffer[] = [];
  #bytes = 0;
  #frames = 0;
  readonly #looks = new Set<() => void>();

  constructor(readonly ws: WebSocket) {
    ws.on('error', () => {});
    ws.on('message', (data: Buffer, isBinary: boolean) => {
      if (isBinary) {
        this.#frames++;
        this.#chunks.push(data);
        this.#bytes += data.length;
      } else this.texts.push(JSON.parse(data.toString()));
      this.#look();
    });
    this.closed = new Promise((resolve) =>
      ws.on('close', (code, reason) => {
        resolve({ code, reason: reason.toString() });
        this.#look();
      }),
    );
  }

  /** Binary frames that came. */
  get frames(): number {
    return this.#frames;
  }

  /** Bytes in them that were not taken. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The next `count` bytes of data; fewer when it is closed before. */
  async take(count: number): Promise<string> {
    await this.until(() => this.#bytes >= count);
    const all = Buffer.concat(this.#chunks);
    this.#chunks = [all.subarray(count)];
    this.#bytes = Math.max(this.#bytes - count, 0);
    return all.subarray(0, count).toString('latin1');
  }

  /** The first `count` text frames. */
  async text(count: number): Promise<unknown[]> {
    await this.until(() => this.texts.length >= count);
    return this.texts.slice(0, count);
  }

  /** Sends data, and takes as much. */
  echo(text: string): Promise<string> {
    this.ws.send(Buffer.from(text));
    return this.take(text.length);
  }

  #look(): void {
    for (const look of this.#looks) look();
  }

  /** As soon as it is so, or the connection is closed; it is looked at after each message. */
  until(holds: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (!holds() && this.ws.readyState !== WebSocket.CLOSED) return;
        this.#looks.delete(look);
        resolve();
      };
      this.#looks.add(look);
      look();
    });
  }
}

const open = new Set<WebSocket>();

/** Connects; fails with the answer where it is refused, as in `401 {"error": …}`. */
export async function connectWs(
  url: string,
  protocols: string[] = [],
  options: ClientOptions = {},
): Promise<WsClient> {
  const ws = new WebSocket(url.replace(/^http/, 'ws'), protocols, options);
  open.add(ws);
  const client = new WsClient(ws);
  ws.on('unexpected-response', (request, response) => {
    let body = '';
    response.on('data', (text: Buffer) => (body += text.toString()));
    response.on('end', () => {
      request.destroy();
      ws.emit('refused', new Error(`${response.statusCode} ${body}`));
    });
  });
  await Promise.race([
    once(ws, 'open'),
    once(ws, 'refused').then(([refused]) => Promise.reject(refused as Error)),
  ]);
  return client;
}

/** For `afterEach`. */
export function closeWsClients(): void {
  for (const ws of open) ws.terminate();
  open.clear();
}
