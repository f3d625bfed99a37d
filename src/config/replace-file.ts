import { constants } from 'node:fs';
import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isIrreplaceable, overwriteFile } from './overwrite-file.js';

/** Owner only: the files hold password hashes and tokens. */
const FILE_MODE = 0o600;

/**
 * Puts a text where a file is, or none yet; at no moment is there a part of it, unless the file cannot be replaced but
 * written to. Whose it was it stays, as far as this process may give it away.
 * @param lastLook is called when only the last step is left, and stops it by throwing
 */
export async function replaceFile(path: string, text: string, lastLook = async () => {}): Promise<void> {
  try {
    await replace(path, text, lastLook);
  } catch (error) {
    if (!isIrreplaceable(error)) throw error;
    await lastLook();
    await overwriteFile(path, text).catch((second: unknown) => {
      // There is no such file yet, or no right to it: what kept it from being replaced says more.
      throw isIrreplaceable(second) || (second as NodeJS.ErrnoException).code === 'ENOENT' ? error : second;
    });
  }
}

async function replace(path: string, text: string, lastLook: () => Promise<void>): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.tmp`);
  // One that was left by a sudden end, and nothing that somebody else put there.
  await rm(temporary, { force: true });
  try {
    const file = await open(temporary, 'wx', FILE_MODE);
    try {
      await giveTo(await stat(path).catch(() => undefined), file);
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await lastLook();
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw error;
  }
  await syncFolder(dirname(path));
}

async function giveTo(owner: { uid: number; gid: number } | undefined, file: FileHandle): Promise<void> {
  const own = await file.stat();
  if (owner && (owner.uid !== own.uid || owner.gid !== own.gid))
    await file.chown(owner.uid, owner.gid).catch(() => {});
}

/**
 * A rename is on the disk only when the folder is. Not every folder can be opened for it (Windows, no right to list it),
 * and the new file is in its place by now: a failure is no reason to take the change back.
 */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, constants.O_RDONLY).catch(() => undefined);
  await folder?.sync().catch(() => {});
  await folder?.close();
}
