import { mkdir, readFile, realpath } from 'node:fs/promises';
import { dirname } from 'node:path';
import { sentence } from '../errors.js';
import { checkConfig } from './check.js';
import type { Config, ConfigDocument } from './config.js';
import {
  ConfigEdited,
  ConfigInvalid,
  ConfigIssue,
  ConfigNotWritten,
  ConfigUnreadable,
  FilePlace,
} from './issues.js';
import { jsonMistake } from './json.js';
import { locator } from './locate.js';
import { modernForm } from './old-forms.js';
import { replaceFile } from './replace-file.js';
import { refuseDeep } from './shape.js';

/** What was read: the checked configuration, and where in the text its mistakes stand. */
export interface ReadConfig {
  config: Config;
  locate: (issue: ConfigIssue) => FilePlace | undefined;
  text: string;
}

/** The configuration's file. It is replaced as a whole or not at all, also when the machine loses power on the way. */
export class ConfigFile {
  /** What the file was when it was last read, written or taken in; anything else was put there by somebody else. */
  #known: string | undefined;

  constructor(readonly path: string) {}

  /**
   * @throws ConfigUnreadable when there is no such file or it is not JSON (with line and column)
   * @throws ConfigInvalid for mistakes that leave nothing that may be run
   */
  async read(): Promise<ReadConfig> {
    const read = checked(this.path, await this.#text());
    this.#known = read.text;
    return read;
  }

  /**
   * What somebody else made of the file; undefined when it is what was last read, written or taken in.
   * @throws ConfigUnreadable, ConfigInvalid
   */
  async readEdited(): Promise<ReadConfig | undefined> {
    const text = await this.#text();
    return text === this.#known ? undefined : checked(this.path, text);
  }

  /** What was read is what runs now. */
  took({ text }: ReadConfig): void {
    this.#known = text;
  }

  async #text(): Promise<string> {
    try {
      return await readFile(this.path, 'utf8');
    } catch (error) {
      throw new ConfigUnreadable(`Cannot read the configuration ${this.path}: ${reason(error)}`, error);
    }
  }

  /** Makes the file and its folder; @throws ConfigNotWritten */
  async create(document: ConfigDocument): Promise<void> {
    try {
      await mkdir(dirname(this.path), { recursive: true, mode: 0o700 });
      await replaceFile(this.path, textOf(document));
    } catch (error) {
      throw new ConfigNotWritten(
        `Cannot make the configuration ${this.path}: ${reason(error)}. Use -c to name another file`,
        error,
      );
    }
  }

  /** @throws ConfigNotWritten, ConfigEdited; the file is then what it was */
  async write(document: ConfigDocument): Promise<void> {
    const text = textOf(document);
    try {
      // A link stays a link: what it points to is replaced.
      const path = await realpath(this.path).catch(() => this.path);
      await replaceFile(path, text, () => this.#refuseEdited());
      this.#known = text;
    } catch (error) {
      if (error instanceof ConfigEdited) throw error;
      throw new ConfigNotWritten(
        `The change was not kept, cannot write ${this.path}: ${reason(error)}`,
        error,
      );
    }
  }

  /** The last look before a hand edit would be lost. A file that is gone or cannot be read is not one. */
  async #refuseEdited(): Promise<void> {
    if (this.#known === undefined) return;
    const text = await this.#text().catch(() => this.#known);
    if (text !== this.#known) throw new ConfigEdited(this.path);
  }
}

function checked(path: string, text: string): ReadConfig {
  const json = text.replace(/^\uFEFF/, '');
  let written: unknown;
  try {
    written = JSON.parse(json);
  } catch {
    // Without the cause: its message quotes the file, and there are secrets in it.
    throw new ConfigUnreadable(`${path} is not JSON: ${jsonMistake(json)}`);
  }
  refuseDeep(written);
  const { document, where, notices } = modernForm(written);
  const locate = locator(json, where);
  try {
    const config = checkConfig(document);
    return { config: { ...config, notices: [...notices, ...config.notices] }, locate, text };
  } catch (error) {
    throw error instanceof ConfigInvalid ? new ConfigInvalid(error.issues, locate) : error;
  }
}

const textOf = (document: ConfigDocument) => `${JSON.stringify(document, null, 4)}\n`;

function reason(error: unknown): string {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'ENOENT':
      return 'there is no such file';
    case 'ENOTDIR':
      return 'a part of its path is not a folder';
    case 'EISDIR':
      return 'it is a folder';
    case 'EACCES':
    case 'EPERM':
      return 'no permission; give the user that runs ser2tcp the right to it and to its folder';
    case 'EROFS':
      return 'the file system is read-only';
    case 'EBUSY':
      return 'the file is a mount point and cannot be replaced; mount its folder instead';
    case 'ENOSPC':
    case 'EDQUOT':
      return 'there is no space left';
    default:
      return sentence(error);
  }
}
