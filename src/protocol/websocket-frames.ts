import { isUtf8 } from 'node:buffer';
import type { Encode } from './codec.js';

/** Frames of the WebSocket protocol (RFC 6455 section 5), the server's side, without extensions. */

/** Bytes that a text of a client may have, all its frames together. */
export const TEXT_BYTES = 1024 * 1024;
/** A frame of data of this many bytes is handed on in one piece; a longer one as it comes, and has no limit. */
export const PIECE_BYTES = 64 * 1024;
/** Bytes of a control frame (section 5.5); the reason of a close frame has two less. */
const CONTROL_BYTES = 125;
const REASON_BYTES = CONTROL_BYTES - 2;
/** Two bytes, a length of eight and a mask of four. */
const HEADER_BYTES = 14;
/** What a text or frame that does not come in one piece begins with. */
const FIRST_BYTES = 4096;

const CONTINUATION = 0x0;
const TEXT = 0x1;
const BINARY = 0x2;
const CLOSE = 0x8;
const PING = 0x9;
const PONG = 0xa;

const FIN = 0x80;
const RESERVED = 0x70;
const MASKED = 0x80;
const NOTHING = Buffer.alloc(0);

/** Section 7.4.1, and from 4000 on what an application may choose. */
export const CLOSE_CODE = {
  normal: 1000,
  away: 1001,
  protocolError: 1002,
  /** Never sent: stands for a close frame without a code. */
  none: 1005,
  invalidText: 1007,
  policy: 1008,
  tooBig: 1009,
  failed: 1011,
  tryLater: 1013,
  revoked: 4401,
} as const;

/** A frame with all of a message in it; `lead` is a byte before the payload. */
function frame(opcode: number, payload: Uint8Array, lead?: number): Buffer {
  const length = payload.length + (lead === undefined ? 0 : 1);
  const extended = length > 0xffff ? 8 : length > CONTROL_BYTES ? 2 : 0;
  const wire = Buffer.allocUnsafe(2 + extended + length);
  wire[0] = FIN | opcode;
  wire[1] = extended === 8 ? 127 : extended === 2 ? 126 : length;
  if (extended === 2) wire.writeUInt16BE(length, 2);
  if (extended === 8) wire.writeBigUInt64BE(BigInt(length), 2);
  if (lead !== undefined) wire[2 + extended] = lead;
  wire.set(payload, wire.length - payload.length);
  return wire;
}

export const binaryFrame: Encode = (chunk) => frame(BINARY, chunk);
/** Data behind a byte that says what it is. */
export const taggedFrame = (tag: number, chunk: Buffer) => frame(BINARY, chunk, tag);
export const textFrame = (text: string) => frame(TEXT, Buffer.from(text));
export const pongFrame = (payload: Buffer) => frame(PONG, payload);
export const PING_FRAME = frame(PING, NOTHING);

/** The frame that ends a connection; a reason that is too long is cut. */
export function closeFrame(code: number, reason = ''): Buffer {
  if (code === CLOSE_CODE.none) return frame(CLOSE, NOTHING);
  let text = Buffer.from(reason);
  if (text.length > REASON_BYTES) {
    let end = REASON_BYTES;
    // Not within a character: its later bytes are 10xxxxxx.
    while ((text[end]! & 0xc0) === 0x80) end--;
    text = text.subarray(0, end);
  }
  const payload = Buffer.allocUnsafe(2 + text.length);
  payload.writeUInt16BE(code);
  payload.set(text, 2);
  return frame(CLOSE, payload);
}

/** What a client sent. */
export interface FrameSink {
  /** Some of a binary message, whose end is not told. The buffer may be a view of the chunk that was given to `decode`. */
  binary(part: Buffer): void;
  /** A whole message, maybe a view as well; whether it is UTF-8 is for the sink to say. */
  text(message: Buffer): void;
  ping(payload: Buffer): void;
  pong(): void;
  /** Its end of the conversation; nothing comes after it. */
  close(code: number): void;
  /** It broke the rules, and nothing comes any more; `code` is what the connection is to be closed with. */
  violation(code: number, what: string): void;
}

/**
 * Takes the frames of one client apart. What comes in one frame and one read is handed on as a view of the read, and so is
 * every part of a long frame of data; other frames of data, and texts, are gathered in a buffer that grows with them.
 */
export class FrameDecoder {
  #step: 'header' | 'payload' | 'ended' = 'header';
  readonly #header = Buffer.alloc(HEADER_BYTES);
  #headerBytes = 0;
  /** Of the header that is being read, as far as it is known yet. */
  #headerNeeds = 2;
  /** Of the frame that is being read. */
  #opcode = 0;
  #fin = false;
  #length = 0;
  #taken = 0;
  /** The kind of the message that continues, or 0. */
  #kind = 0;
  /** What was gathered of a text, or of a frame of data. */
  #gathered: Buffer = NOTHING;
  #gatheredBytes = 0;
  #control: Buffer = NOTHING;

  /** The chunk is written to: what is masked in it is unmasked in place. */
  decode(chunk: Buffer, sink: FrameSink): void {
    for (let at = 0; at < chunk.length && this.#step !== 'ended';) {
      at = this.#step === 'header' ? this.#takeHeader(chunk, at, sink) : this.#takePayload(chunk, at, sink);
    }
  }

  #takeHeader(chunk: Buffer, from: number, sink: FrameSink): number {
    let at = from;
    while (this.#headerBytes < this.#headerNeeds) {
      if (at === chunk.length) return at;
      this.#header[this.#headerBytes++] = chunk[at++]!;
      if (this.#headerBytes !== 2) continue;
      const wrong = this.#readStart();
      if (wrong !== undefined) {
        this.#fail(sink, CLOSE_CODE.protocolError, wrong);
        return at;
      }
    }
    this.#headerBytes = 0;
    this.#headerNeeds = 2;
    this.#length = this.#readLength();
    this.#taken = 0;
    const most = this.#isData ? Number.MAX_SAFE_INTEGER : TEXT_BYTES;
    if (this.#opcode < CLOSE && this.#gatheredBytes + this.#length > most) {
      this.#fail(sink, CLOSE_CODE.tooBig, `a message of more than ${most} bytes`);
      return at;
    }
    this.#step = 'payload';
    return this.#length === 0 ? this.#takePayload(chunk, at, sink) : at;
  }

  /** Whether the frame that is being read is binary data, or goes on with it. */
  get #isData(): boolean {
    return this.#opcode < CLOSE && this.#kind === BINARY;
  }

  /** The first two bytes; returns what is wrong with them. */
  #readStart(): string | undefined {
    const [first, second] = this.#header as unknown as [number, number];
    const length = second & ~MASKED;
    this.#fin = (first & FIN) !== 0;
    this.#opcode = first & 0x0f;
    this.#headerNeeds = HEADER_BYTES - (length === 127 ? 0 : length === 126 ? 6 : 8);
    if (first & RESERVED) return 'a frame with reserved bits';
    if (!(second & MASKED)) return 'a frame that is not masked';
    if (this.#opcode >= CLOSE) {
      if (this.#opcode > PONG) return `a frame of the unknown kind ${this.#opcode}`;
      if (!this.#fin) return 'a control frame in fragments';
      if (length > CONTROL_BYTES) return `a control frame of more than ${CONTROL_BYTES} bytes`;
      if (this.#opcode === CLOSE && length === 1) return 'half a close code';
      return undefined;
    }
    if (this.#opcode > BINARY) return `a frame of the unknown kind ${this.#opcode}`;
    if (this.#opcode === CONTINUATION && !this.#kind) return 'a continuation of nothing';
    if (this.#opcode !== CONTINUATION && this.#kind) return 'a new message within another';
    if (this.#opcode !== CONTINUATION) this.#kind = this.#opcode;
    return undefined;
  }

  #readLength(): number {
    const length = this.#header[1]! & ~MASKED;
    if (length === 126) return this.#header.readUInt16BE(2);
    // Far above what is allowed, or can ever come, a rounded number does.
    if (length === 127) return Number(this.#header.readBigUInt64BE(2));
    return length;
  }

  #takePayload(chunk: Buffer, from: number, sink: FrameSink): number {
    const part = chunk.subarray(from, from + this.#length - this.#taken);
    const mask = this.#mask;
    unmask(part, mask, this.#taken);
    this.#taken += part.length;
    const ends = this.#taken === this.#length;
    if (ends) this.#step = 'header';
    if (this.#opcode >= CLOSE) this.#takeControl(part, ends, sink);
    else if (this.#kind === BINARY) this.#takeData(part, ends, sink);
    else this.#takeText(part, ends, sink);
    return from + part.length;
  }

  /** The last four bytes of the header that was read. */
  get #mask(): Buffer {
    const length = this.#header[1]! & ~MASKED;
    const at = length === 127 ? 10 : length === 126 ? 4 : 2;
    return this.#header.subarray(at, at + 4);
  }

  #takeData(part: Buffer, ends: boolean, sink: FrameSink): void {
    if (part.length === this.#length || this.#length > PIECE_BYTES) sink.binary(part);
    else {
      this.#gather(part);
      if (ends) sink.binary(this.#takeGathered());
    }
    if (ends && this.#fin) this.#kind = 0;
  }

  #takeText(part: Buffer, ends: boolean, sink: FrameSink): void {
    const last = ends && this.#fin;
    if (last) this.#kind = 0;
    if (last && this.#gatheredBytes === 0) return sink.text(part);
    this.#gather(part);
    if (last) sink.text(this.#takeGathered());
  }

  #gather(part: Buffer): void {
    const bytes = this.#gatheredBytes + part.length;
    if (bytes > this.#gathered.length) {
      const larger = Buffer.allocUnsafe(Math.max(bytes, 2 * this.#gathered.length, FIRST_BYTES));
      this.#gathered.copy(larger, 0, 0, this.#gatheredBytes);
      this.#gathered = larger;
    }
    part.copy(this.#gathered, this.#gatheredBytes);
    this.#gatheredBytes = bytes;
  }

  #takeGathered(): Buffer {
    const gathered = this.#gathered.subarray(0, this.#gatheredBytes);
    this.#gathered = NOTHING;
    this.#gatheredBytes = 0;
    return gathered;
  }

  #takeControl(part: Buffer, ends: boolean, sink: FrameSink): void {
    const payload = ends && this.#control.length === 0 ? part : Buffer.concat([this.#control, part]);
    this.#control = ends ? NOTHING : payload;
    if (ends) this.#endControl(payload, sink);
  }

  #endControl(payload: Buffer, sink: FrameSink): void {
    if (this.#opcode === PING) return sink.ping(payload);
    if (this.#opcode === PONG) return sink.pong();
    this.#step = 'ended';
    if (payload.length === 0) return sink.close(CLOSE_CODE.none);
    const code = payload.readUInt16BE();
    if (!isCloseCode(code)) return this.#fail(sink, CLOSE_CODE.protocolError, `the close code ${code}`);
    if (!isUtf8(payload.subarray(2)))
      return this.#fail(sink, CLOSE_CODE.invalidText, 'a reason that is not UTF-8');
    sink.close(code);
  }

  #fail(sink: FrameSink, code: number, what: string): void {
    this.#step = 'ended';
    sink.violation(code, what);
  }
}

/** Codes that may stand in a frame (section 7.4, and IANA's registry for 1012 to 1014). */
function isCloseCode(code: number): boolean {
  if (code >= 3000) return code < 5000;
  return code >= 1000 && code <= 1014 && code !== 1004 && code !== 1005 && code !== 1006;
}

/** From so many bytes on whole words are worth their preparation; they are four times as fast. */
const WORDS_FROM = 256;

/** @param at the position of the first byte in its frame's payload */
function unmask(bytes: Buffer, mask: Buffer, at: number): void {
  const { length, byteOffset } = bytes;
  let i = 0;
  if (length >= WORDS_FROM) {
    for (; (byteOffset + i) & 3; i++) bytes[i]! ^= mask[(at + i) & 3]!;
    const turned = Uint8Array.from(mask, (_, k) => mask[(at + i + k) & 3]!);
    const word = new Uint32Array(turned.buffer)[0]!;
    const words = new Uint32Array(bytes.buffer, byteOffset + i, (length - i) >> 2);
    for (let w = 0; w < words.length; w++) words[w]! ^= word;
    i += 4 * words.length;
  }
  for (; i < length; i++) bytes[i]! ^= mask[(at + i) & 3]!;
}
