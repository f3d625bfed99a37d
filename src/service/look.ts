import { access, constants, lstat } from 'node:fs/promises';

/** What this user sees of a file: it, that it is there, that it is not, or nothing, as its folder is closed. */
export type Seen = 'readable' | 'closed' | 'absent' | 'hidden';

export async function lookAt(path: string): Promise<Seen> {
  try {
    await lstat(path);
  } catch (error) {
    if (isOne(error, 'ENOENT', 'ENOTDIR')) return 'absent';
    if (isOne(error, 'EACCES')) return 'hidden';
    throw error;
  }
  // What else may be wrong with it, reading it says.
  return access(path, constants.R_OK).then(
    () => 'readable',
    (error: unknown) => (isOne(error, 'EACCES') ? 'closed' : 'readable'),
  );
}

const isOne = (error: unknown, ...codes: string[]) =>
  codes.includes((error as NodeJS.ErrnoException).code ?? '');
