import { lstat, readFile, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { refuseClosed, refuseHidden } from './reach.js';
import type { ServiceUser } from './service-user.js';

/** By its first line a unit is known as one that `install-service` has made. */
const MARK = '# Made by ser2tcp install-service, which makes it anew; uninstall-service takes it away.';
/** Who may open serial devices, in the order in which a system is asked: uucp exists on Debian too, where it may not. */
const GROUPS = ['dialout', 'uucp'];

/**
 * The unit of deploy/, which starts this very program by the Node that runs it.
 * @param root of the system that it is for; undefined for this one
 * @param user whom the system service runs as, once there is one
 * @throws ServiceNotInstalled when the user of the system service could not run that
 */
export async function unitText(
  scope: 'user' | 'system',
  group: string,
  root?: string,
  user?: ServiceUser,
): Promise<string> {
  const name = scope === 'user' ? 'ser2tcp.service' : 'ser2tcp-system.service';
  const text = await readFile(new URL(`../../deploy/${name}`, import.meta.url), 'utf8');
  const program = await realpath(fileURLToPath(new URL('../main.js', import.meta.url)));
  if (scope === 'system' && root === undefined) {
    refuseHidden([process.execPath, program]);
    await refuseClosed({ node: process.execPath, main: program }, dirname(dirname(program)), user);
  }
  const started = `${firstWord(process.execPath)} ${quoted(program)}`;
  return `${MARK}\n${text}`
    .replace('/usr/local/bin/ser2tcp', () => started)
    .replace(/^SupplementaryGroups=.*$/m, () => `SupplementaryGroups=${group}`);
}

/** Whose unit a file is; a link that masks one is somebody else's too. */
export async function unitAt(path: string): Promise<'none' | 'ours' | 'foreign'> {
  const file = await lstat(path).catch(() => undefined);
  if (!file) return 'none';
  const text = file.isFile() ? await readFile(path, 'utf8') : '';
  return text.startsWith(MARK) ? 'ours' : 'foreign';
}

/** The group that serial devices belong to in the system of that root. */
export async function deviceGroup(root: string): Promise<string> {
  const text = await readFile(join(root, 'etc', 'group'), 'utf8').catch(() => '');
  const groups = text.split('\n').map((line) => line.split(':')[0]);
  return GROUPS.find((name) => groups.includes(name)) ?? 'dialout';
}

/** The program of a command line; systemd takes no quotes and backslashes in its path, and lets `$$` stand there. */
const firstWord = (path: string) => (/["'\\$]/.test(path) ? `/usr/bin/env ${quoted(path)}` : quoted(path));

/** As systemd reads it: `%` and `$` stand for something, a blank parts words, and a quote of either kind begins one. */
function quoted(path: string): string {
  const escaped = path
    .replace(/[\\"]/g, '\\$&')
    .replaceAll('%', '%%')
    .replaceAll('$', () => '$$');
  return /[\s"'\\]/.test(path) ? `"${escaped}"` : escaped;
}
