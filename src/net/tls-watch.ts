import { sentence } from '../errors.js';
import { loadTls, type LoadedTls } from './tls-context.js';
import { filesState } from './tls-files.js';

/** Time between two looks at the files: a renewed certificate is in use within 5 s. */
export const TLS_WATCH_INTERVAL_MS = 2000;

export interface TlsWatchOptions {
  /** The files were replaced and can be used: hand `loaded.options` to `server.setSecureContext`. */
  changed(loaded: LoadedTls): void;
  /**
   * The files were replaced and cannot be used as they are, or `changed` threw. Called once for each state that they
   * are found in; every look tries again until the files are in order, which `changed` then tells.
   */
  failed(error: unknown): void;
  /** Milliseconds. */
  interval?: number;
}

/**
 * Notices that the files of a TLS server were replaced, and loads them. It looks at what the paths lead to instead of
 * asking `fs.watch`, which follows the folder entry or the inode that it was given, while certbot and Kubernetes
 * exchange a symlink somewhere on the way. It does not keep the process alive.
 */
export class TlsWatch {
  readonly #options: TlsWatchOptions;
  #loaded: LoadedTls;
  /** State and reason of the last failure; absent while what was loaded is what the files hold. */
  #failure: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  /** Starts from `loaded`: a change since then, before this call included, is reported. */
  constructor(loaded: LoadedTls, options: TlsWatchOptions) {
    this.#loaded = loaded;
    this.#options = options;
    this.#schedule();
  }

  /** Neither callback is called afterwards. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  #schedule(): void {
    this.#timer = setTimeout(
      () => void this.#look(),
      this.#options.interval ?? TLS_WATCH_INTERVAL_MS,
    ).unref();
  }

  async #look(): Promise<void> {
    const state = await filesState(this.#loaded.files);
    if (state !== this.#loaded.state || this.#failure !== undefined) await this.#load(state);
    if (!this.#closed) this.#schedule();
  }

  async #load(state: string): Promise<void> {
    const { files } = this.#loaded;
    const [result] = await Promise.allSettled([loadTls(files)]);
    // Replaced while they were read, so perhaps a mixture: the next look finds what became of them.
    const settled = (await filesState(files)) === state;
    if (!settled || this.#closed) return;
    if (result.status === 'fulfilled') this.#use(result.value);
    else this.#refuse(state, result.reason);
  }

  #use(loaded: LoadedTls): void {
    try {
      this.#options.changed(loaded);
      this.#loaded = loaded;
      this.#failure = undefined;
    } catch (error) {
      this.#refuse(loaded.state, error);
    }
  }

  #refuse(state: string, error: unknown): void {
    const failure = `${state} ${sentence(error)}`;
    if (failure === this.#failure) return;
    this.#failure = failure;
    this.#options.failed(error);
  }
}
