import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ServiceUser } from './service-user.js';
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

/** Real paths, without links. */
export interface Started {
  /** Need not be read to be run. */
  readonly node: string;
  readonly main: string;
}

/** Bits of a mode, where those of others are. */
const BITS = { run: 0o1, enter: 0o1, read: 0o4 };

/**
 * @param own the folder of this package: npm makes all of it with the umask of whoever installs
 * @param user whom the service runs as, once there is one
 * @throws ServiceNotInstalled for what this user may not run
 */
export async function refuseClosed({ node, main }: Started, own: string, user?: ServiceUser): Promise<void> {
  const needed = [...stepsTo(node, 'run'), ...stepsTo(main, 'read')];
  for (const { verb, path } of needed) {
    if (may(BITS[verb], await stat(path), user)) continue;
    const remedy = `${path}/`.startsWith(`${own}/`)
      ? `"chmod -R go+rX ${own}", or install ser2tcp again after "umask 022"`
      : `"chmod go+rx ${path}"`;
    throw new ServiceNotInstalled(`${STRANGER} may not ${verb} ${path}: run ${remedy}`);
  }
}

/** The bits of the owner alone count for the owner, and those of the group for whoever is in it: path_resolution(7). */
function may(bit: number, { mode, uid, gid }: Stats, user: ServiceUser | undefined): boolean {
  if (user?.uid === uid) return (mode & (bit << 6)) !== 0;
  if (user && [user.gid, ...user.groups].includes(gid)) return (mode & (bit << 3)) !== 0;
  return (mode & bit) !== 0;
}

interface Need {
  readonly verb: keyof typeof BITS;
  readonly path: string;
}

/** Its folders, from the outermost, and itself. */
const stepsTo = (path: string, verb: Need['verb']): Need[] => [
  ...foldersOf(path).map((folder) => ({ verb: 'enter' as const, path: folder })),
  { verb, path },
];

/** From the outermost to the one that it is in. */
function foldersOf(path: string): string[] {
  const parent = dirname(path);
  return parent === path ? [] : [...foldersOf(parent), parent];
}
