import { Injectable, Logger } from '@nestjs/common';
import { isDeepStrictEqual } from 'node:util';
import { Ended, sentence } from '../errors.js';
import { checkConfig } from './check.js';
import { type Config, type ConfigDocument, entries, type Entry } from './config.js';
import { ConfigFile, type ReadConfig } from './config-file.js';
import { ConfigEdited, ConfigInvalid, ConfigUnreadable } from './issues.js';
import { type Failure, NotApplied, throwAll } from './not-applied.js';
import { refuseDeep } from './shape.js';

/** A part of the program that runs what a configuration says. */
export interface ConfigApplier {
  /**
   * Brings its part to `next`, touching only what differs; puts back what it did and throws when it cannot.
   * @throws NotApplied for entries that the other parts do not depend on, so that these can name theirs too
   */
  apply(next: Config): Promise<AppliedChange>;
}

/** A change that runs and is not final yet. */
export interface AppliedChange {
  /** What ran before runs again. */
  undo(): Promise<void>;
  /** The change is kept: lets go of what only `undo` needed, such as the clients of what was removed. */
  settle(): Promise<void>;
}

/** The configuration that runs, and the one road to another. */
@Injectable()
export class ConfigService {
  readonly #log = new Logger('configuration');
  readonly #appliers: ConfigApplier[] = [];
  #current: Config;
  #last: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(
    private readonly file: ConfigFile,
    initial: Config,
  ) {
    this.#current = initial;
  }

  get current(): Config {
    return this.#current;
  }

  /** Path of the file. */
  get path(): string {
    return this.file.path;
  }

  /** Appliers are called in the order in which they came, and undone in the other. */
  register(applier: ConfigApplier): void {
    this.#appliers.push(applier);
  }

  /**
   * Changes the configuration: `edit` changes a copy of the document, which is checked, applied and written, one
   * change at a time. When a step fails, what ran before runs again and the file is what it was. What somebody wrote into
   * the file by hand is taken in first.
   * @returns whether it differs from what was; where it does not, nothing is done
   * @throws ConfigInvalid with the mistakes that the edit made; those that stood there before are left alone
   * @throws ConfigEdited when what was written by hand cannot be taken in
   * @throws NotApplied when entries of it cannot run, and what else the parts of the program throw
   * @throws ConfigNotWritten
   * @throws Ended once the program stops
   */
  change(edit: (draft: ConfigDocument) => void): Promise<boolean> {
    return this.#inTurn(async () => {
      await this.#takeInFirst();
      const draft = copyOf(this.#current.document);
      edit(draft);
      refuseDeep(draft);
      const next = copyOf(draft);
      if (isDeepStrictEqual(next, copyOf(this.#current.document))) return false;
      await this.#run(checkConfig(next), (checked) => this.file.write(checked.document));
      return true;
    });
  }

  /**
   * Brings what runs to what somebody else made of the file, just as a change would; nothing is written.
   * @returns what the file says now; undefined when it is what runs
   * @throws ConfigUnreadable, ConfigInvalid with the mistakes that were not there before, NotApplied, and Ended once the
   * program stops; what ran before runs on
   */
  reload(): Promise<ReadConfig | undefined> {
    return this.#inTurn(() => this.#takeIn());
  }

  /** Takes no more changes; done when the one under way is made or taken back. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#last;
  }

  #inTurn<T>(step: () => Promise<T>): Promise<T> {
    const done = this.#last.then(() => {
      this.#goOn();
      return step();
    });
    this.#last = done.catch(() => {});
    return done;
  }

  async #takeIn(): Promise<ReadConfig | undefined> {
    const read = await this.file.readEdited();
    if (!read) return undefined;
    const keep = () => Promise.resolve(this.file.took(read));
    await this.#run(read.config, keep, read.locate);
    this.#log.log(`${this.file.path} was edited and is in use`);
    return read;
  }

  async #takeInFirst(): Promise<void> {
    try {
      await this.#takeIn();
    } catch (error) {
      // A file that is gone holds nothing that could be lost.
      if (!(error instanceof ConfigUnreadable && error.missing))
        throw new ConfigEdited(this.file.path, error);
    }
  }

  async #run(
    next: Config,
    keep: (next: Config) => Promise<void>,
    locate?: ReadConfig['locate'],
  ): Promise<void> {
    const issues = newIssues(next, this.#current);
    if (issues.length) throw new ConfigInvalid(issues, locate);
    const applied: AppliedChange[] = [];
    const failures: Failure[] = [];
    try {
      for (const applier of this.#appliers) {
        this.#goOn();
        try {
          applied.push(await applier.apply(next));
        } catch (error) {
          if (!(error instanceof NotApplied)) throw error;
          failures.push(...error.failures);
        }
      }
      throwAll(failures, locate);
      await keep(next);
    } catch (error) {
      for (const change of applied.toReversed()) await this.#attempt('taking back', () => change.undo());
      throw error;
    }
    this.#current = next;
    for (const change of applied) await this.#attempt('finishing', () => change.settle());
  }

  /** @throws Ended */
  #goOn(): void {
    if (this.#closed) throw new Ended();
  }

  /** What fails here cannot be helped any more, and must not keep the others from theirs. */
  async #attempt(what: string, step: () => Promise<void>): Promise<void> {
    try {
      await step();
    } catch (error) {
      this.#log.error(`${what} a change: ${sentence(error)}`);
    }
  }
}

/** Mistakes in entries that were not there, just so and as often, before. */
function newIssues(next: Config, previous: Config) {
  const before = broken(previous);
  return broken(next).flatMap((entry) => {
    const same = before.findIndex((old) => isDeepStrictEqual(old.written, entry.written));
    if (same < 0) return entry.issues;
    before.splice(same, 1);
    return [];
  });
}

function broken(config: Config): Entry<unknown>[] {
  return entries(config).filter((entry) => entry.issues.length > 0);
}

/** A document just as the file will have it: an edit may have put in what is not JSON, such as keys that are undefined. */
function copyOf(document: ConfigDocument): ConfigDocument {
  return JSON.parse(JSON.stringify(document)) as ConfigDocument;
}
