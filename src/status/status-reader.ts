import { StreamableFile } from '@nestjs/common';
import { Readable } from 'node:stream';

/** Bytes that may wait for one reader before it is dropped; the console of a hundred busy ports gets as much in 10 s. */
const WAITING_BYTES = 1024 * 1024;
/** Silence after which a line without content shows that the server is there. */
const IDLE_MS = 30_000;
/** How long a reader that must not go on may take to read what it was sent before. */
const END_MS = 500;

const ALIVE = Buffer.from('{}\n');

/** Somebody who reads the status stream. */
export class StatusReader extends Readable {
  readonly #idle = setInterval(() => this.tell(ALIVE), IDLE_MS);
  readonly #end = () => {
    this.push(null);
    setTimeout(() => this.destroy(new Error('it must not go on')), END_MS).unref();
  };

  /**
   * @param ended one of them is aborted when the reader must not go on
   * @param dropped is told when it is cut off since it does not read
   */
  constructor(
    private readonly ended: readonly AbortSignal[],
    private readonly dropped: () => void,
  ) {
    super();
    for (const signal of ended) signal.addEventListener('abort', this.#end);
    if (this.#hasEnded) this.#end();
  }

  get #hasEnded(): boolean {
    return this.ended.some(({ aborted }) => aborted);
  }

  tell(lines: Buffer): void {
    if (this.destroyed || this.#hasEnded) return;
    if (this.readableLength > WAITING_BYTES) {
      this.dropped();
      this.destroy(new Error('it does not read'));
      return;
    }
    this.#idle.refresh();
    this.push(lines);
  }

  /** As an answer to the request. */
  get answer(): StreamableFile {
    const file = new StreamableFile(this, { type: 'application/x-ndjson' });
    // The connection is cut, so that what is missing cannot be taken for the regular end.
    return file.setErrorHandler((_error, response) => response.destroy?.());
  }

  override _read(): void {
    // What comes is pushed when it comes.
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    clearInterval(this.#idle);
    for (const signal of this.ended) signal.removeEventListener('abort', this.#end);
    done(error);
  }
}
