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

/** The sentence of anything that was thrown. */
export function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
