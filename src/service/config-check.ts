import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Owner, ServiceUser } from './service-user.js';
import type { Step } from './steps.js';
import { hasProgram } from './systemd.js';

export interface ConfigCheck {
  /** Whom the service runs as; undefined for whoever runs this. */
  readonly userOf: () => Promise<ServiceUser | undefined>;
  /** Where the service is started. */
  readonly folder: string;
  /** Where programs are, as in `PATH`. */
  readonly programs?: string | undefined;
}

/**
 * `--check` as the service would see it: by its user and groups, where relative paths start. What leaves nothing to serve, and a
 * file that the user may not read, is a reason to stop; mistakes in single entries are said, as the others are served.
 */
export function checkStep(
  path: string,
  { userOf, folder, programs = process.env['PATH'] ?? '' }: ConfigCheck,
): Step {
  return {
    says: `check ${path}`,
    run: async () => {
      const user = await userOf();
      const main = fileURLToPath(new URL('../main.js', import.meta.url));
      const command = [process.execPath, main, '--check', '-c', path];
      const withGroups = user !== undefined && (await hasProgram('setpriv', programs));
      const [program = '', ...args] = withGroups ? [...becoming(user), ...command] : command;
      // Node leaves the groups of root behind with the user, and has none to give instead.
      const become = user && !withGroups ? { uid: user.uid, gid: user.gid } : {};
      try {
        await promisify(execFile)(program, args, { cwd: folder, ...become });
        return undefined;
      } catch (error) {
        const { stdout, stderr } = error as { stdout?: string; stderr?: string };
        // It was not started, or was ended: that says nothing of the file.
        if (!stderr || stderr.startsWith('setpriv: ')) throw error;
        const mistakes = stderr.trim().replaceAll(/^ser2tcp: /gm, '');
        // It prints what is served.
        if (stdout) return mistakes;
        const advised = user ? `${mistakes}; ${rightsFor(path, user)}` : mistakes;
        // A group that was left out may have the right.
        if (user && !withGroups && mistakes.includes('no permission')) return advised;
        throw new Error(advised, { cause: error });
      }
    },
  };
}

/** setpriv(1) of util-linux. */
const becoming = ({ uid, gid, groups }: ServiceUser) => [
  'setpriv',
  `--reuid=${uid}`,
  `--regid=${gid}`,
  groups.length > 0 ? `--groups=${groups.join(',')}` : '--clear-groups',
];

const rightsFor = (path: string, { uid, gid }: Owner) =>
  `where the user of the service may not read it, run "chown ${uid}:${gid} ${path}" and "chmod 600 ${path}"`;
