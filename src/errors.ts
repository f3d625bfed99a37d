/** Headers of the answer that a failure makes, such as `Retry-After`. */
export interface AppErrorOptions extends ErrorOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** The key that it is about, within the entry of the configuration: `ssl.certfile`. */
  readonly about?: string;
}

/**
 * A failure that an operator can act on. `message` is a whole sentence that says what to do;
 * `status` is the HTTP status a REST client gets for it, `code` is stable and safe to match on.
 */
export class AppError extends Error {
  readonly headers: Readonly<Record<string, string>>;
  readonly about: string | undefined;

  constructor(
    readonly code: string,
    readonly status: number,
    message: string,
    options: AppErrorOptions = {},
  ) {
    super(message, options);
    this.name = new.target.name;
    this.headers = options.headers ?? {};
    this.about = options.about;
  }
}

/** What is asked for needs a program that goes on, or was given up since something else took its place. */
export class Ended extends AppError {
  constructor() {
    super('STOPPING', 503, 'The server is stopping; ask again when it has started anew');
  }
}

/** What `work` gives, or the failure `Ended` as soon as the signal says that nobody waits for it any more. */
export function unlessEnded<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const end = () => reject(new Ended());
    if (signal.aborted) end();
    signal.addEventListener('abort', end, { once: true });
    void work.then(resolve, reject).finally(() => signal.removeEventListener('abort', end));
  });
}

/** The sentence of anything that was thrown. */
export function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
