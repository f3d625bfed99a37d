import { stat } from 'node:fs/promises';

/** A text that changes whenever the file is written, replaced, or reached through another link. */
export async function fileState(path: string): Promise<string> {
  try {
    // The change time too: `cp -p` and `rsync -t` set the modification time to an old one.
    const { dev, ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
    return [dev, ino, size, mtimeNs, ctimeNs].join(':');
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code);
  }
}
