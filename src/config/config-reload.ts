import { Injectable, Logger } from '@nestjs/common';
import { sentence } from '../errors.js';
import { fileState } from '../net/file-state.js';
import { isFree, type Place, placeOf } from '../net/probe.js';
import { ownClash } from './check-entries.js';
import { ConfigFile } from './config-file.js';
import { ConfigService } from './config.service.js';
import { FolderWatch } from './folder-watch.js';
import { type ConfigIssue, ConfigInvalid, ConfigUnreadable, issueText } from './issues.js';
import { NotApplied } from './not-applied.js';

/** A file is read when it has not changed for so long: many a program writes it in several steps. */
const SETTLE_MS = 200;
/** Looks without being told: a link on the way may lead elsewhere, and not every file system tells of changes. */
const LOOK_MS = 2000;
/** How often it is looked whether addresses have become free that an edit needs. */
const RETRY_MS = 5000;

/** What became of the file that was looked at last; one that waits does so for addresses, and is tried again then. */
type Outcome =
  | { state: 'used' }
  /** `clash` is why its own entries are in each other's way. */
  | { state: 'refused'; clash?: ConfigIssue }
  | { state: 'waiting'; places: readonly Place[]; next: number };

/** Takes in the configuration that somebody writes into the file while the program runs, or says why it is not used. */
@Injectable()
export class ConfigReload {
  readonly #log = new Logger('configuration');
  readonly #folders: FolderWatch;
  #outcome: Outcome = { state: 'used' };
  /** The state of the file that was last taken in or refused, and the one of the last look. */
  #done = '';
  #seen = '';
  #timer: NodeJS.Timeout | undefined;
  /** When the next look is. */
  #due = Infinity;
  #closed = false;

  constructor(
    private readonly file: ConfigFile,
    private readonly config: ConfigService,
  ) {
    this.#folders = new FolderWatch(file.path, () => this.#lookIn(SETTLE_MS));
  }

  /** Begins to watch the file. */
  start(): void {
    if (this.#closed) return;
    void this.#folders.renew();
    this.#lookIn(SETTLE_MS);
  }

  /** Nothing is read any more; what became of a file that is just taken in is not told. */
  close(): void {
    this.#closed = true;
    this.#folders.close();
    clearTimeout(this.#timer);
  }

  /** Reads the file now. `asked` is by whom; it gets an answer also when there is nothing to do. */
  async now(asked?: string): Promise<void> {
    if (this.#closed) return;
    const { path } = this.file;
    this.#done = this.#seen = await fileState(path);
    const before = this.#outcome;
    try {
      const read = await this.config.reload();
      this.#outcome = { state: 'used' };
      if (!read && asked) this.#log.log(`${asked}: ${path} is what runs`);
      // Else its last word would be the refusal.
      else if (!read && before.state !== 'used') this.#log.log(`${path} is what runs again`);
      for (const notice of read?.config.notices ?? [])
        this.#log[notice.warning ? 'warn' : 'log'](issueText(notice, read?.locate(notice)));
    } catch (error) {
      if (this.#closed) return;
      this.#outcome = await this.#outcomeOf(error);
      for (const line of sentence(error).split('\n'))
        this.#log.error(`${path} was edited and is not used: ${line}; ${this.#goesOn(error)}`);
    }
  }

  /** Also when it cannot be read: to take it in says why. */
  async #isEdited(): Promise<boolean> {
    return (await this.file.readEdited().catch(() => 'unreadable')) !== undefined;
  }

  /** An attempt stops servers for a moment: only what others have is waited for, and what the edit has in its own way is not. */
  async #outcomeOf(failure: unknown): Promise<Outcome> {
    if (!(failure instanceof NotApplied)) return { state: 'refused' };
    const edited = await this.file.readEdited().catch(() => undefined);
    const clashes = failure.failures.flatMap(
      ({ path }) => (edited && ownClash(path, edited.config, this.config.current)) ?? [],
    );
    if (clashes[0]) return { state: 'refused', clash: clashes[0] };
    const places = failure.failures.flatMap(({ error }) => placeOf(error) ?? []);
    if (places.length < failure.failures.length) return { state: 'refused' };
    // All free, now that the edit was taken back: it was in its own way, by other names of one address.
    const free = await Promise.all(places.map(isFree));
    if (free.every(Boolean)) return { state: 'refused' };
    return { state: 'waiting', places, next: performance.now() + RETRY_MS };
  }

  #goesOn(error: unknown): string {
    const outcome = this.#outcome;
    if (outcome.state === 'refused' && outcome.clash)
      return `${issueText(outcome.clash)}; what ran before runs on, until another edit`;
    if (outcome.state === 'waiting')
      return `what ran before runs on, and this is tried again every ${RETRY_MS / 1000} s`;
    const mendedInFile = error instanceof ConfigInvalid || error instanceof ConfigUnreadable;
    return mendedInFile ? 'what ran before runs on' : 'what ran before runs on, until SIGHUP or another edit';
  }

  /** Never later than it was going to: other files of the folder may change all the time. */
  #lookIn(ms: number): void {
    const due = performance.now() + ms;
    if (this.#closed || due >= this.#due) return;
    clearTimeout(this.#timer);
    this.#due = due;
    this.#timer = setTimeout(() => void this.#look(), ms);
  }

  async #look(): Promise<void> {
    this.#due = Infinity;
    const watched = await this.#folders.renew();
    const state = await fileState(this.file.path);
    const settled = state === this.#seen;
    this.#seen = state;
    if (settled && (state !== this.#done || (await this.#canGoOn()))) await this.now();
    this.#lookIn(settled && watched ? LOOK_MS : SETTLE_MS);
  }

  /** Whether the addresses are free now that the file waits for. They are tried by themselves: an attempt with the whole file stops servers. */
  async #canGoOn(): Promise<boolean> {
    const waiting = this.#outcome;
    if (waiting.state !== 'waiting' || performance.now() < waiting.next) return false;
    // A change by REST takes it in too.
    if (!(await this.#isEdited())) {
      this.#outcome = { state: 'used' };
      return false;
    }
    waiting.next = performance.now() + RETRY_MS;
    return (await Promise.all(waiting.places.map(isFree))).every(Boolean);
  }
}
