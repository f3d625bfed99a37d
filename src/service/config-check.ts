import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Owner, Step } from './steps.js';

export interface ConfigCheck {
  /** Whom the service runs as; undefined for whoever runs this. */
  readonly ownerOf: () => Promise<Owner | undefined>;
  /** Where the service is started. */
  readonly folder: string;
}

/**
 * `--check` as the service would see it: by its user, where relative paths start. What leaves nothing to serve, and a file that
 * the user may not read, is a reason to stop; mistakes in single entries are said, as the others are served.
 */
export function checkStep(path: string, { ownerOf, folder }: ConfigCheck): Step {
  return {
    says: `check ${path}`,
    run: async () => {
      const owner = await ownerOf();
      const main = fileURLToPath(new URL('../main.js', import.meta.url));
      try {
        // Node leaves the groups of root behind with the user.
        await promisify(execFile)(process.execPath, [main, '--check', '-c', path], { cwd: folder, ...owner });
        return undefined;
      } catch (error) {
        const { stdout, stderr } = error as { stdout?: string; stderr?: string };
        // It was not started, or was ended: that says nothing of the file.
        if (!stderr) throw error;
        const mistakes = stderr.trim().replaceAll(/^ser2tcp: /gm, '');
        // It prints what is served.
        if (stdout) return mistakes;
        throw new Error(`${mistakes}${owner ? `; ${rightsFor(path, owner)}` : ''}`, { cause: error });
      }
    },
  };
}

const rightsFor = (path: string, { uid, gid }: Owner) =>
  `where the user of the service may not read it, run "chown ${uid}:${gid} ${path}" and "chmod 600 ${path}"`;
