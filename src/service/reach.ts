import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ServiceNotInstalled } from './steps.js';

/** Folders that the unit of the system service takes away or replaces (`ProtectHome`, `PrivateTmp`). */
const HIDDEN = /^\/(home|root|run\/user|tmp|var\/tmp)\//;

const STRANGER = 'The system service runs as another user, who';

export const isHidden = (path: string) => HIDDEN.test(path);

/** @throws ServiceNotInstalled for a program that the system service would not see, whatever its rights are */
export function refuseHidden(programs: readonly string[]): void {
  const hidden = programs.find(isHidden);
  if (hidden === undefined) return;
  throw new ServiceNotInstalled(
    `${STRANGER} cannot reach ${hidden}: install Node.js and ser2tcp for all users, say with "npm install --global --prefix /usr/local"`,
  );
}

/**
 * @param programs real paths, without links
 * @param own the folder of this package: npm makes all of it with the umask of whoever installs
 * @throws ServiceNotInstalled for one that is not for everybody
 */
export async function refuseClosed(programs: readonly string[], own: string): Promise<void> {
  for (const path of programs.flatMap((program) => [...foldersOf(program), program])) {
    const file = await stat(path);
    const [verb, bit] = file.isDirectory() ? ['enter', 0o001] : ['read', 0o004];
    if ((file.mode & bit) !== 0) continue;
    const remedy = `${path}/`.startsWith(`${own}/`)
      ? `"chmod -R go+rX ${own}", or install ser2tcp again after "umask 022"`
      : `"chmod go+rx ${path}"`;
    throw new ServiceNotInstalled(`${STRANGER} may not ${verb} ${path}: run ${remedy}`);
  }
}

/** From the outermost to the one that it is in. */
function foldersOf(path: string): string[] {
  const parent = dirname(path);
  return parent === path ? [] : [...foldersOf(parent), parent];
}
