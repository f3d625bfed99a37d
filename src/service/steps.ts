import { execFile } from 'node:child_process';
import { access, chmod, chown, lstat, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { AppError, sentence } from '../errors.js';
import type { Owner } from './service-user.js';

/** One thing that an installation does. */
export interface Step {
  /** What it does, as in `write /etc/x`. */
  readonly says: string;
  /** Does it; a text that comes back says what was different from that. */
  run(): Promise<string | void>;
}

export class ServiceNotInstalled extends AppError {
  constructor(message: string, cause?: unknown) {
    super('SERVICE_NOT_INSTALLED', 500, message, { cause });
  }
}

/** Does one step after the other and says each; a dry run only says them. @throws ServiceNotInstalled */
export async function runSteps(steps: readonly Step[], dryRun: boolean): Promise<void> {
  for (const step of steps) {
    if (dryRun) {
      console.log(`would ${step.says}`);
      continue;
    }
    try {
      const different = await step.run();
      console.log(different ? `${step.says}: ${different}` : step.says);
    } catch (error) {
      throw new ServiceNotInstalled(`Cannot ${step.says}: ${sentence(error).trim()}`, error);
    }
  }
}

export function writeStep(path: string, text: string): Step {
  return {
    says: `write ${path}`,
    run: async () => {
      if ((await readFile(path, 'utf8').catch(() => undefined)) === text) return 'it is there already';
      await mkdir(dirname(path), { recursive: true });
      // A link, such as one that masks the unit, is replaced and not followed.
      await writeFile(`${path}.new`, text, { mode: 0o644 });
      await rename(`${path}.new`, path);
      return undefined;
    },
  };
}

export function removeStep(path: string): Step {
  return {
    says: `remove ${path}`,
    run: async () => {
      const there = await lstat(path).then(
        () => true,
        () => false,
      );
      if (!there) return 'it is not there';
      await rm(path);
      return undefined;
    },
  };
}

export function moveStep(from: string, to: string): Step {
  return { says: `move ${from}, which somebody else made, to ${to}`, run: () => rename(from, to) };
}

export interface ConfigStep {
  readonly says: string;
  readonly text: () => Promise<string>;
  readonly ownerOf: () => Promise<Owner | undefined>;
  readonly folderMode: number;
}

/** A file of its own for the configuration; one that is there is kept, and neither it nor its rights are touched. */
export function configStep(path: string, { says, text, ownerOf, folderMode }: ConfigStep): Step {
  return {
    says,
    run: async () => {
      const kept = await access(path).then(
        () => true,
        () => false,
      );
      await mkdir(dirname(path), { recursive: true, mode: folderMode });
      const owner = await ownerOf();
      if (owner) await chown(dirname(path), owner.uid, owner.gid);
      await chmod(dirname(path), folderMode);
      if (kept) return 'it is there already';
      await writeFile(path, await text(), { mode: 0o600, flag: 'wx' });
      if (owner) await chown(path, owner.uid, owner.gid);
      return undefined;
    },
  };
}

export interface Failing {
  /** What to do when the program ran and failed. */
  readonly advice?: string | undefined;
  /** What it means when it is no reason to stop. */
  readonly mayFail?: string | undefined;
}

export function commandStep(
  command: string,
  args: readonly string[],
  { advice, mayFail }: Failing = {},
): Step {
  return {
    says: `run ${[command, ...args].join(' ')}`,
    run: async () => {
      try {
        await promisify(execFile)(command, [...args]);
        return undefined;
      } catch (error) {
        const why = failure(error, command, advice);
        if (mayFail !== undefined) return `it did not work (${why}), ${mayFail}`;
        throw new Error(why, { cause: error });
      }
    },
  };
}

function failure(error: unknown, command: string, advice: string | undefined): string {
  const { code, stderr } = error as { code?: unknown; stderr?: string };
  if (code === 'ENOENT') return `the program ${command} is not here`;
  const said = stderr?.trim() || sentence(error).trim();
  return advice === undefined ? said : `${said}; ${advice}`;
}
