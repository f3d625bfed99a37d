import { AppError, sentence } from '../errors.js';

/** One mistake in a configuration and where it stands. */
export interface ConfigIssue {
  /** As a program would write it: `ports[0].serial.baudrate`; empty for the document itself. */
  readonly path: string;
  readonly message: string;
}

/** Something to know about a configuration that is served all the same. */
export interface ConfigNotice extends ConfigIssue {
  /** What may be a surprise; the others are said with `-v`. */
  readonly warning?: true;
}

/** A place in the text of a file; both count from 1. */
export interface FilePlace {
  readonly line: number;
  readonly column: number;
}

export function issueText(issue: ConfigIssue, place?: FilePlace): string {
  const where = place ? ` (line ${place.line}, column ${place.column})` : '';
  return issue.path ? `${issue.path}: ${issue.message}${where}` : `${issue.message}${where}`;
}

/** A configuration that must not be used: `issues` has every mistake, the message one line for each. */
export class ConfigInvalid extends AppError {
  constructor(
    readonly issues: readonly ConfigIssue[],
    locate: (issue: ConfigIssue) => FilePlace | undefined = () => undefined,
  ) {
    super('CONFIG_INVALID', 400, issues.map((issue) => issueText(issue, locate(issue))).join('\n'));
  }
}

/** The file cannot be read or is no configuration at all. */
export class ConfigUnreadable extends AppError {
  constructor(message: string, cause?: unknown) {
    super('CONFIG_UNREADABLE', 500, message, { cause });
  }

  get missing(): boolean {
    return (this.cause as NodeJS.ErrnoException | undefined)?.code === 'ENOENT';
  }
}

/** A change was not kept, because the file could not be written; what ran before runs on. */
export class ConfigNotWritten extends AppError {
  constructor(message: string, cause: unknown) {
    super('CONFIG_NOT_WRITTEN', 500, message, { cause });
  }
}

/** Mistakes of a body that are told at one time; whoever made so many mends these first. */
const TOLD_ISSUES = 100;

/** The body of a request is not what the operation takes. */
export class BodyInvalid extends AppError {
  readonly issues: readonly ConfigIssue[];

  constructor(all: readonly ConfigIssue[]) {
    const issues = all.slice(0, TOLD_ISSUES);
    super('BODY_INVALID', 400, issues.map((issue) => issueText(issue)).join('\n'));
    this.issues = issues;
  }
}

/** A change was not made: it would overwrite what somebody wrote into the file by hand. */
export class ConfigEdited extends AppError {
  /** @param trouble why what was written there cannot be taken in first; absent when it came in this very moment */
  constructor(path: string, trouble?: unknown) {
    const advice =
      trouble === undefined
        ? 'try again'
        : `mend the file or put it back first. It is not used because of this:\n${sentence(trouble)}`;
    super('CONFIG_EDITED', 409, `The change was not made, since ${path} was edited by hand; ${advice}`, {
      cause: trouble,
    });
  }
}
