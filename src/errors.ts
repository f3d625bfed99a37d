/**
 * A failure that an operator can act on. `message` is a whole sentence that says what to do;
 * `status` is the HTTP status a REST client gets for it, `code` is stable and safe to match on.
 */
export class AppError extends Error {
  constructor(
    readonly code: string,
    readonly status: number,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** The sentence of anything that was thrown. */
export function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
