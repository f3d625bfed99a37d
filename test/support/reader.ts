import type { Readable } from 'node:stream';

/** Collects what comes from a stream, for tests that wait for bytes and not for time. */
export class Reader {
  #chunks: Buffer[] = [];
  #bytes = 0;
  #wanted: (() => void) | undefined;
  #ended = false;

  constructor(stream: Readable) {
    stream.on('data', (chunk: Buffer) => {
      this.#chunks.push(chunk);
      this.#bytes += chunk.length;
      this.#wanted?.();
    });
    const end = () => {
      this.#ended = true;
      this.#wanted?.();
    };
    stream.on('end', end).on('close', end).on('error', end);
  }

  /** The next `count` bytes; fewer when the stream ends before. */
  async take(count: number): Promise<Buffer> {
    while (this.#bytes < count && !this.#ended) await this.#more();
    const all = Buffer.concat(this.#chunks);
    const taken = all.subarray(0, count);
    const rest = all.subarray(taken.length);
    this.#chunks = rest.length ? [rest] : [];
    this.#bytes = rest.length;
    return taken;
  }

  async text(count: number): Promise<string> {
    return (await this.take(count)).toString('latin1');
  }

  /** The next text up to, and with, `end`; what there is when the stream ends before. */
  async upTo(end: string): Promise<string> {
    for (;;) {
      const at = Buffer.concat(this.#chunks).indexOf(end, 0, 'latin1');
      if (at >= 0) return this.text(at + end.length);
      if (this.#ended) return this.text(this.#bytes);
      await this.#more();
    }
  }

  /** What comes until nothing more has come for `ms`. */
  async untilSilent(ms: number): Promise<Buffer> {
    for (let before = -1; before !== this.#bytes;) {
      before = this.#bytes;
      await new Promise((resolve) => setTimeout(resolve, ms));
      // Where this process stood still, what came meanwhile is read only after the timer.
      await new Promise(setImmediate);
    }
    return this.take(this.#bytes);
  }

  /** Everything up to the end of the stream. */
  async rest(): Promise<Buffer> {
    while (!this.#ended) await this.#more();
    return this.take(this.#bytes);
  }

  #more(): Promise<void> {
    return new Promise((resolve) => (this.#wanted = resolve));
  }
}
