import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

/** Where a file stands that cannot be replaced: no right to make another in its folder, or it is mounted by itself. */
const IRREPLACEABLE = ['EACCES', 'EPERM', 'EROFS', 'EBUSY'];

export const isIrreplaceable = (error: unknown) =>
  IRREPLACEABLE.includes((error as NodeJS.ErrnoException).code ?? '');

/**
 * Writes a text into a file that is there; owner and mode stay. When that fails on the way it holds again what it had.
 * Unlike `replaceFile` it cannot help that a sudden end leaves a part.
 */
export async function overwriteFile(path: string, text: string): Promise<void> {
  const file = await open(path, constants.O_RDWR | constants.O_NOFOLLOW);
  try {
    const before = await file.readFile();
    try {
      await put(file, Buffer.from(text));
    } catch (error) {
      await put(file, before).catch(() => {});
      throw error;
    }
  } finally {
    await file.close();
  }
}

/** The end is cut last, so that there is still room for what was there. */
async function put(file: FileHandle, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, at, bytes.length - at, at);
    at += bytesWritten;
  }
  await file.truncate(bytes.length);
  await file.sync();
}
