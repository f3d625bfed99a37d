import { type FSWatcher, watch } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Tells of changes in the folder of a file, since an editor puts a new file in the place of the old one, and in that of what
 * a link there points to. What cannot be watched is not.
 */
export class FolderWatch {
  /** By what tells a folder from another one that was made in its place. */
  #watchers = new Map<string, FSWatcher>();
  #closed = false;

  constructor(
    private readonly path: string,
    private readonly told: () => void,
  ) {}

  /**
   * Watches the folders that are there now, of which some may have been removed and made again.
   * @returns whether all of them are there
   */
  async renew(): Promise<boolean> {
    const target = await realpath(this.path).catch(() => this.path);
    const folders = [...new Set([dirname(this.path), dirname(target)])];
    const states = await Promise.all(folders.map(identity));
    if (this.#closed) return true;
    const before = this.#watchers;
    this.#watchers = new Map();
    for (const [index, state] of states.entries()) {
      if (state === undefined) continue;
      const watcher = before.get(state) ?? this.#watch(folders[index] as string);
      if (watcher) this.#watchers.set(state, watcher);
      before.delete(state);
    }
    for (const watcher of before.values()) watcher.close();
    return !states.includes(undefined);
  }

  close(): void {
    this.#closed = true;
    for (const watcher of this.#watchers.values()) watcher.close();
  }

  #watch(folder: string): FSWatcher | undefined {
    try {
      const watcher = watch(folder, { persistent: false }, this.told);
      watcher.on('error', () => watcher.close());
      return watcher;
    } catch {
      return undefined;
    }
  }
}

/** A number of a file is used again, so its time of birth belongs to it. */
async function identity(folder: string): Promise<string | undefined> {
  const state = await stat(folder, { bigint: true }).catch(() => undefined);
  return state && [folder, state.dev, state.ino, state.birthtimeNs].join(':');
}
