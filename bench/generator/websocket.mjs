/** As much of a WebSocket client as it takes to load a server (RFC 6455). */
import { readSync, writeSync } from 'node:fs';

const MASK = [0x5a, 0x17, 0xc3, 0x88];
const END_OF_HEADERS = '\r\n\r\n';

export const upgradeRequest = (path) =>
  `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
  `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==${END_OF_HEADERS}`;

/** A binary frame of at most 125 bytes, as clients send it. */
export function maskedFrame(payload) {
  const bytes = Buffer.from(payload);
  return Buffer.from([0x82, 0x80 | bytes.length, ...MASK, ...bytes.map((byte, at) => byte ^ MASK[at & 3])]);
}

/** The handshake over a descriptor that blocks. */
export function upgrade(fd, path) {
  writeSync(fd, upgradeRequest(path));
  const byte = Buffer.alloc(1);
  let answer = '';
  while (!answer.endsWith(END_OF_HEADERS)) {
    if (readSync(fd, byte) === 0) break;
    answer += byte.toString('latin1');
  }
  if (!answer.startsWith('HTTP/1.1 101 ')) throw new Error(`no WebSocket: ${answer.split('\r\n', 1)[0]}`);
}

/** Finds the payloads in what a server sends, its answer to the handshake first. */
export class Unframer {
  #head = '';
  #upgraded = false;
  #header = [];
  #left = 0;

  /** Calls `payload(from, to)` for each piece of a payload that stands in the buffer. */
  take(buffer, length, payload) {
    let at = this.#upgraded ? 0 : this.#answer(buffer, length);
    while (at < length) {
      if (this.#left === 0) {
        this.#header.push(buffer[at++]);
        this.#left = this.#payloadLength();
        continue;
      }
      const to = Math.min(at + this.#left, length);
      payload(at, to);
      this.#left -= to - at;
      at = to;
    }
  }

  #answer(buffer, length) {
    const before = this.#head.length;
    this.#head += buffer.toString('latin1', 0, length);
    const end = this.#head.indexOf(END_OF_HEADERS);
    if (end < 0) return length;
    if (!this.#head.startsWith('HTTP/1.1 101 ')) throw new Error(`no WebSocket: ${this.#head}`);
    this.#upgraded = true;
    return end + END_OF_HEADERS.length - before;
  }

  /** 0 until the header is complete; pings and empty frames do not occur in so short a time. */
  #payloadLength() {
    const [first, length, ...extended] = this.#header;
    if (length === undefined) return 0;
    if (first !== 0x82) throw new Error(`a frame that begins with ${first}`);
    const bytes = length === 127 ? 8 : length === 126 ? 2 : 0;
    if (extended.length < bytes) return 0;
    this.#header = [];
    return bytes === 0 ? length : extended.reduce((sum, byte) => sum * 256 + byte, 0);
  }
}
