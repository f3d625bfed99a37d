import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { readFile } from 'node:fs/promises';
import { ConfigService } from '../config/config.service.js';
import { replaceFile } from '../config/replace-file.js';
import { sentence } from '../errors.js';

/** The file is written at most once in this time. */
const WRITE_EVERY_MS = 10_000;

/** Something that outlives the process. */
export interface StatePart {
  /** As JSON. */
  save(): unknown;
  /** What `save` gave to an earlier process; throws when it is something else. */
  load(written: unknown): void;
}

/**
 * What changes too often for the configuration and is worth keeping over a restart: `config.state.json` beside `config.json`.
 * Nothing depends on it: without it everybody logs in again.
 */
@Injectable()
export class StateFile implements OnModuleInit {
  readonly #log = new Logger('accounts');
  readonly #parts = new Map<string, StatePart>();
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();
  #written = -Infinity;
  #trouble = '';

  constructor(private readonly config: ConfigService) {}

  get path(): string {
    return this.config.path.replace(/(\.json)?$/, '.state.json');
  }

  part(name: string, part: StatePart): void {
    this.#parts.set(name, part);
  }

  async onModuleInit(): Promise<void> {
    try {
      const written = JSON.parse(await readFile(this.path, 'utf8')) as Record<string, unknown>;
      for (const [name, part] of this.#parts) if (name in written) part.load(written[name]);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
      this.#log.warn(`${this.path} is not used, it is damaged or cannot be read: ${sentence(error)}`);
    }
  }

  /** Something is worth keeping: it is written now, or when the last time is long enough ago. */
  changed(): void {
    const wait = Math.max(this.#written + WRITE_EVERY_MS - performance.now(), 0);
    this.#timer ??= setTimeout(() => void this.#write(), wait).unref();
  }

  /** Writes what is not written. */
  async close(): Promise<void> {
    if (this.#timer) await this.#write();
    await this.#writing;
  }

  #write(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#written = performance.now();
    const state = Object.fromEntries([...this.#parts].map(([name, part]) => [name, part.save()]));
    this.#writing = this.#writing.then(() => this.#replace(`${JSON.stringify(state, null, 1)}\n`));
    return this.#writing;
  }

  async #replace(text: string): Promise<void> {
    try {
      await replaceFile(this.path, text);
      this.#trouble = '';
    } catch (error) {
      const trouble = sentence(error);
      if (trouble !== this.#trouble)
        this.#log.warn(`sessions will not outlive a restart, cannot write ${this.path}: ${trouble}`);
      this.#trouble = trouble;
    }
  }
}
