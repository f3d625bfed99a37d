import { CodecSink } from './codec.js';

/**
 * Gathers the device bytes of one read between two events. They reach the sink as one buffer: a view of the read while
 * they stand together, a copy once a command or a doubled 0xFF was taken out between them. Without the copy a read full
 * of `FF FF` would become thousands of writes of one byte.
 */
export class DataRun {
  /** The read; the positions given to `add` are positions in it. */
  readonly chunk: Buffer;
  readonly #sink: CodecSink;
  /** What was added last, still a part of the read. */
  #from = 0;
  #to = 0;
  /** What was added before it, from the first gap on: `#copied` bytes, of which the sink has `#sent`. */
  #copy: Buffer | undefined;
  #copied = 0;
  #sent = 0;

  constructor(chunk: Buffer, sink: CodecSink) {
    this.chunk = chunk;
    this.#sink = sink;
  }

  /** Takes the bytes from position `from` up to, but without, `to`. */
  add(from: number, to: number): void {
    if (from === to) return;
    if (from !== this.#to) {
      this.#moveToCopy();
      this.#from = from;
    }
    this.#to = to;
  }

  /** Hands over what was gathered, and gives the sink: an event called on it keeps its place among the data. */
  flush(): CodecSink {
    if (this.#copy && this.#copied > this.#sent) {
      this.#moveToCopy();
      this.#sink.data(this.#copy.subarray(this.#sent, this.#copied));
      this.#sent = this.#copied;
    } else if (this.#to > this.#from) {
      this.#sink.data(this.chunk.subarray(this.#from, this.#to));
      this.#from = this.#to;
    }
    return this.#sink;
  }

  #moveToCopy(): void {
    if (this.#from === this.#to) return;
    const copy = (this.#copy ??= Buffer.allocUnsafe(this.chunk.length));
    if (this.#to - this.#from <= NEAR_BYTES)
      while (this.#from < this.#to) copy[this.#copied++] = this.chunk[this.#from++]!;
    else this.#copied += this.chunk.copy(copy, this.#copied, this.#from, this.#to);
    this.#from = this.#to;
  }
}

/**
 * Up to so many bytes a loop is faster than a call of Node's own functions. Without it a read full of 0xFF, as of erased
 * flash, holds everybody up.
 */
const NEAR_BYTES = 16;

/** Where `byte` first stands between `from` and `end`; `end` when it does not. */
export function findByte(chunk: Buffer, byte: number, from: number, end: number): number {
  const near = Math.min(from + NEAR_BYTES, end);
  for (let at = from; at < near; at++) if (chunk[at] === byte) return at;
  if (near === end) return end;
  const found = chunk.subarray(near, end).indexOf(byte);
  return found < 0 ? end : near + found;
}
