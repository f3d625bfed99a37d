import { findNodeAtLocation, Node, parseTree } from 'jsonc-parser';
import { constants } from 'node:fs';
import { mkdir, open, readFile, realpath, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { sentence } from '../errors.js';
import { checkConfig } from './check.js';
import type { Config, ConfigDocument } from './config.js';
import { ConfigInvalid, ConfigIssue, ConfigNotWritten, ConfigUnreadable, FilePlace } from './issues.js';
import { jsonMistake, placeAt } from './json.js';
import { modernForm } from './old-forms.js';
import { refuseDeep } from './shape.js';

/** Owner only: the file holds password hashes and tokens. */
const FILE_MODE = 0o600;

/** What was read: the checked configuration, and where in the text its mistakes stand. */
export interface ReadConfig {
  config: Config;
  locate: (issue: ConfigIssue) => FilePlace | undefined;
}

/** The configuration's file. It is replaced as a whole or not at all, also when the machine loses power on the way. */
export class ConfigFile {
  constructor(readonly path: string) {}

  /**
   * @throws ConfigUnreadable when there is no such file or it is not JSON (with line and column)
   * @throws ConfigInvalid for mistakes that leave nothing that may be run
   */
  async read(): Promise<ReadConfig> {
    const text = await this.#text();
    let written: unknown;
    try {
      written = JSON.parse(text);
    } catch {
      // Without the cause: its message quotes the file, and there are secrets in it.
      throw new ConfigUnreadable(`${this.path} is not JSON: ${jsonMistake(text)}`);
    }
    refuseDeep(written);
    const { document, where } = modernForm(written);
    const tree = parseTree(text);
    const locate = (issue: ConfigIssue) => tree && placeOf(text, tree, where(segments(issue.path)));
    try {
      return { config: checkConfig(document), locate };
    } catch (error) {
      throw error instanceof ConfigInvalid ? new ConfigInvalid(error.issues, locate) : error;
    }
  }

  async #text(): Promise<string> {
    try {
      const text = await readFile(this.path, 'utf8');
      return text.replace(/^\uFEFF/, '');
    } catch (error) {
      throw new ConfigUnreadable(`Cannot read the configuration ${this.path}: ${reason(error)}`, error);
    }
  }

  /** Makes the file and its folder; @throws ConfigNotWritten */
  async create(document: ConfigDocument): Promise<void> {
    try {
      await mkdir(dirname(this.path), { recursive: true, mode: 0o700 });
      await replace(this.path, textOf(document));
    } catch (error) {
      throw new ConfigNotWritten(
        `Cannot make the configuration ${this.path}: ${reason(error)}. Use -c to name another file`,
        error,
      );
    }
  }

  /** @throws ConfigNotWritten; the file is then what it was */
  async write(document: ConfigDocument): Promise<void> {
    try {
      // A link stays a link: what it points to is replaced.
      await replace(await realpath(this.path).catch(() => this.path), textOf(document));
    } catch (error) {
      throw new ConfigNotWritten(
        `The change was not kept, cannot write ${this.path}: ${reason(error)}`,
        error,
      );
    }
  }
}

/** Puts a text where a file is, or none yet; at no moment is there a part of it. */
async function replace(path: string, text: string): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.tmp`);
  // One that was left by a sudden end, and nothing that somebody else put there.
  await rm(temporary, { force: true });
  try {
    const file = await open(temporary, 'wx', FILE_MODE);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw error;
  }
  await syncFolder(dirname(path));
}

const textOf = (document: ConfigDocument) => `${JSON.stringify(document, null, 4)}\n`;

/**
 * A rename is on the disk only when the folder is. Not every folder can be opened for it (Windows, no right to list it),
 * and the new file is in its place by now: a failure is no reason to take the change back.
 */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, constants.O_RDONLY).catch(() => undefined);
  await folder?.sync().catch(() => {});
  await folder?.close();
}

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

function placeOf(text: string, tree: Node, path: (string | number)[]): FilePlace {
  for (let length = path.length; length > 0; length--) {
    const node = findNodeAtLocation(tree, path.slice(0, length));
    // The key names the place better than its value; an element of a list has no key.
    if (node) return placeAt(text, (node.parent?.type === 'property' ? node.parent : node).offset);
  }
  return placeAt(text, tree.offset);
}

/** `ports[0].serial` as the parts that lead there. */
function segments(path: string): (string | number)[] {
  return [...path.matchAll(/([^.[\]]+)|\[(\d+)\]/g)].map(([, key, index]) =>
    index === undefined ? (key as string) : Number(index),
  );
}
