import { Codec, CodecSink } from '../../src/protocol/codec.js';

/** The bytes of a text like `61 ff ff 62`; blanks mean nothing. */
export function hex(text: string): Buffer {
  return Buffer.from(text.replaceAll(' ', ''), 'hex');
}

/** The bytes as a text like `61 ff ff 62`. */
export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
}

/** The reads that one stream may arrive in: whole, in two at every offset, and byte by byte. */
export function everyCut(wire: Buffer): Buffer[][] {
  const inTwo = Array.from({ length: wire.length }, (_, at) => [wire.subarray(0, at), wire.subarray(at)]);
  return [[wire], ...inTwo, cutAt(wire, [...wire.keys()])];
}

/** One stream as the reads that end at the given offsets, in any order; one past the end counts from the start again. */
export function cutAt(wire: Buffer, offsets: readonly number[]): Buffer[] {
  const ends = offsets.map((offset) => offset % (wire.length + 1)).sort((a, b) => a - b);
  return [...ends, wire.length].map((end, i) => wire.subarray(ends[i - 1] ?? 0, end));
}

/**
 * Writes down what a codec calls, one line each. Pieces of data that follow each other are one line: their boundaries
 * depend on the reads and mean nothing. Nor does the place of the replies among them, which go the other way.
 */
export class RecordingSink implements CodecSink {
  readonly events: string[] = [];
  /** Every piece of data as it came. */
  readonly pieces: Buffer[] = [];
  /** The bytes for the client. */
  readonly replies: Buffer[] = [];

  data(bytes: Buffer): void {
    this.pieces.push(bytes);
    const last = this.events.at(-1);
    if (last?.startsWith('data ')) this.events[this.events.length - 1] = `${last} ${toHex(bytes)}`;
    else this.events.push(`data ${toHex(bytes)}`);
  }
  reply(bytes: Buffer): void {
    this.replies.push(bytes);
  }
  setLines(lines: { rts?: boolean; dtr?: boolean }): void {
    this.events.push(`set ${JSON.stringify(lines)}`);
  }
  askLines(): void {
    this.events.push('ask');
  }
  sendBreak(ms?: number): void {
    this.events.push(ms === undefined ? 'break' : `break ${ms}`);
  }
  ignored(what: string): void {
    this.events.push(`ignored ${what}`);
  }
  active(): void {}
  leave(last: Buffer, fault?: string): void {
    this.events.push(`leave ${toHex(last)}${fault === undefined ? '' : ` ${fault}`}`);
  }

  /** All that the device got. */
  get device(): string {
    return toHex(Buffer.concat(this.pieces));
  }
  /** All that the client got. */
  get answer(): string {
    return toHex(Buffer.concat(this.replies));
  }
}

/** What the codec makes of a stream that arrives in these reads. */
export function decoded(codec: Codec, reads: readonly Buffer[]): RecordingSink {
  const sink = new RecordingSink();
  for (const read of reads) codec.decode(read, sink);
  return sink;
}
