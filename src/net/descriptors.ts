import { Logger } from '@nestjs/common';
import { readdir, readFile } from 'node:fs/promises';

/** A burst of clients is looked at once, after it. */
const LOOK_AFTER_MS = 100;
/** While there are few left, how often it is looked whether there are more again. */
const LOOK_AGAIN_MS = 2000;
/** Fewer than these are few: a device takes three, a client one. */
const FEW = 16;

/**
 * Tells when the process has no file descriptors left. It has to look by itself: at the limit libuv takes new
 * connections and closes them without a word (`uv__emfile_trick`), and goes on accepting when there are some again.
 */
class DescriptorWatch {
  readonly #log = new Logger('servers');
  #timer: NodeJS.Timeout | undefined;
  #low = false;

  /** A client was accepted. */
  accepted(): void {
    if (process.platform === 'linux')
      this.#timer ??= setTimeout(() => void this.#look(), LOOK_AFTER_MS).unref();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  async #look(): Promise<void> {
    const left = await descriptorsLeft();
    const low = left < FEW;
    if (low && !this.#low) {
      this.#log.error(
        `no file descriptors left; new clients are turned away until there are some: raise the limit (ulimit -n, LimitNOFILE=) or set max_connections`,
      );
    }
    if (!low && this.#low) this.#log.log('there are file descriptors again');
    this.#low = low;
    this.#timer = low ? setTimeout(() => void this.#look(), LOOK_AGAIN_MS).unref() : undefined;
  }
}

/** The process has one limit for all that it opens. */
export const descriptors = new DescriptorWatch();

async function descriptorsLeft(): Promise<number> {
  try {
    const limits = await readFile('/proc/self/limits', 'utf8');
    const limit = /^Max open files\s+(\d+)/m.exec(limits)?.[1];
    return limit === undefined ? Infinity : Number(limit) - (await readdir('/proc/self/fd')).length;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EMFILE' ? 0 : Infinity;
  }
}
