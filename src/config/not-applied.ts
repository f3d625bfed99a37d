import { AppError } from '../errors.js';
import { type ConfigIssue, type FilePlace, issueText } from './issues.js';

/** One entry of a configuration that cannot run, and why. */
export interface Failure {
  readonly path: string;
  readonly error: AppError;
}

/**
 * A change was not made, since entries of it cannot run. Code and status are those of the first one; the message has a
 * sentence for each, and where they came from a file, its path and place.
 */
export class NotApplied extends AppError {
  /** As of a configuration with mistakes: where each is, for who asked for the change. */
  readonly issues: readonly ConfigIssue[];

  constructor(
    readonly failures: readonly [Failure, ...Failure[]],
    locate?: (issue: ConfigIssue) => FilePlace | undefined,
  ) {
    const [{ error: first }] = failures;
    const lines = failures.map(({ path, error: { message } }) =>
      locate ? issueText({ path, message }, locate({ path, message })) : message,
    );
    super(first.code, first.status, lines.join('\n'), { cause: first });
    this.issues = failures.map(({ path, error: { about, message } }) => ({
      path: [path, about].filter(Boolean).join('.'),
      message,
    }));
  }
}

/** Does something to each, one after the other, and tells of all that failed. @throws NotApplied */
export async function tryAll<T>(
  all: readonly T[],
  step: (one: T) => Promise<void>,
  pathOf: (one: T) => string,
): Promise<void> {
  const failures: Failure[] = [];
  for (const one of all) {
    try {
      await step(one);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      failures.push({ path: pathOf(one), error });
    }
  }
  throwAll(failures);
}

/** @throws NotApplied when there are some */
export function throwAll(
  [first, ...rest]: readonly Failure[],
  locate?: (issue: ConfigIssue) => FilePlace | undefined,
): void {
  if (first) throw new NotApplied([first, ...rest], locate);
}
