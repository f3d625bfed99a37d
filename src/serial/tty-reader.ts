import type { ConnectOpts, SocketConstructorOpts } from 'node:net';
import { ReadStream } from 'node:tty';

/** A read of a Linux tty gives this much at most (N_TTY_BUF_SIZE - 1 in drivers/tty/n_tty.c); then more is waiting. */
const FULL_READ = 4095;
/** What reads go to, and what is joined at most: no more than a usual `buffer_limit`. */
const SLAB_BYTES = 64 * 1024;
/** How long a full read waits for the next one; only a device that stopped just there makes use of it. */
const WAIT_MS = 1;

/**
 * The bytes of a tty, read in libuv's own loop. Reads land one behind the other in a slab, since a buffer of its own for
 * each costs as much as the read; when nobody needs what it holds, it is filled again. After a full read more is waiting, and is joined with it: one write for each client
 * and 64 KiB in place of sixteen. A device that is slower than this process, as every UART is, fills no read, and each
 * of its chunks is handed on at once.
 */
export class TtyReader {
  readonly stream: ReadStream;
  #slab = Buffer.alloc(0);
  /** From `#start` to `#end` the slab holds what was not handed on yet. */
  #start = 0;
  #end = 0;
  /** Whether somebody still needs a part of it. */
  #kept = false;
  #timer: NodeJS.Timeout | undefined;

  /** @param deliver tells whether nobody needs the chunk any more */
  constructor(
    fd: number,
    private readonly deliver: (chunk: Buffer) => boolean,
  ) {
    const options: SocketConstructorOpts & ConnectOpts = {
      onread: { buffer: () => this.#room(), callback: (length) => this.#received(length) },
    };
    this.stream = new ReadStream(fd, options);
    // What was read before a loss is handed on before whoever listens hears of it.
    for (const end of ['end', 'error', 'close']) this.stream.on(end, () => this.#flush());
  }

  /** Room for one full read, and not more: then libuv reads again at once instead of asking whether it may. */
  #room(): Buffer {
    if (this.#slab.length - this.#end < FULL_READ) {
      this.#slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
      this.#start = this.#end = 0;
      this.#kept = false;
    }
    return this.#slab.subarray(this.#end, this.#end + FULL_READ);
  }

  #received(length: number): boolean {
    this.#end += length;
    const full = this.#slab.length - this.#end < FULL_READ;
    if (length < FULL_READ || full) {
      this.#flush();
      // The place of the next read is asked for after this.
      if (!this.#kept) this.#start = this.#end = 0;
    } else this.#timer ??= setTimeout(() => this.#flush(), WAIT_MS);
    return true;
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#start === this.#end) return;
    const chunk = this.#slab.subarray(this.#start, this.#end);
    this.#start = this.#end;
    if (!this.deliver(chunk)) this.#kept = true;
  }
}
