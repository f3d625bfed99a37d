import { Injectable, Logger } from '@nestjs/common';
import { FSWatcher, watch } from 'node:fs';
import { dirname } from 'node:path';
import { sentence } from '../errors.js';
import { fileState } from '../net/file-state.js';
import { ConfigFile } from './config-file.js';
import { ConfigService } from './config.service.js';
import { issueText } from './issues.js';

/** A file is read when it has not changed for so long: many a program writes it in several steps. */
const SETTLE_MS = 200;
/** Looks without being told: a link on the way may lead elsewhere, and not every file system tells of changes. */
const LOOK_MS = 2000;

/** Takes in the configuration that somebody writes into the file while the program runs, or says why it is not used. */
@Injectable()
export class ConfigReload {
  readonly #log = new Logger('configuration');
  /** The state of the file that was last taken in or refused, and the one of the last look. */
  #done = '';
  #seen = '';
  #watcher: FSWatcher | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** When the next look is. */
  #due = Infinity;
  #closed = false;

  constructor(
    private readonly file: ConfigFile,
    private readonly config: ConfigService,
  ) {}

  /** Begins to watch the file. */
  start(): void {
    try {
      // The folder: an editor puts a new file in the place of the old one.
      const told = () => this.#lookIn(SETTLE_MS);
      this.#watcher = watch(dirname(this.file.path), { persistent: false }, told);
      this.#watcher.on('error', () => this.#watcher?.close());
    } catch {
      // The looks that nobody tells of are left.
    }
    this.#lookIn(SETTLE_MS);
  }

  close(): void {
    this.#closed = true;
    this.#watcher?.close();
    clearTimeout(this.#timer);
  }

  /** Reads the file now. `asked` is by whom; it gets an answer also when there is nothing to do. */
  async now(asked?: string): Promise<void> {
    const { path } = this.file;
    this.#done = this.#seen = await fileState(path);
    try {
      const read = await this.config.reload();
      if (!read && asked) this.#log.log(`${asked}: ${path} is what runs`);
      for (const notice of read?.config.notices ?? []) this.#log.log(issueText(notice, read?.locate(notice)));
    } catch (error) {
      for (const line of sentence(error).split('\n'))
        this.#log.error(`${path} was edited and is not used: ${line}; what ran before runs on`);
    }
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
    const state = await fileState(this.file.path);
    const settled = state === this.#seen;
    this.#seen = state;
    if (settled && state !== this.#done) await this.now();
    this.#lookIn(settled ? LOOK_MS : SETTLE_MS);
  }
}
