import { access, constants, stat } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { delimiter, join } from 'node:path';
import { commandStep, type Failing, ServiceNotInstalled, type Step } from './steps.js';

export type Scope = 'user' | 'system';

/** Where a machine that systemd runs has a folder; see sd_booted(3). */
const BOOTED = '/run/systemd/system';

/**
 * Before anything is touched.
 * @param path folders with programs, as in `PATH`
 * @throws ServiceNotInstalled where there is no systemd that could start a service
 */
export async function refuseWithoutSystemd(
  scope: Scope,
  path = process.env['PATH'] ?? '',
  booted = BOOTED,
): Promise<void> {
  const missing = !(await hasProgram('systemctl', path))
    ? 'the program systemctl is not here'
    : scope === 'system' && !(await isFolder(booted))
      ? `${booted} is not here`
      : undefined;
  if (missing === undefined) return;
  throw new ServiceNotInstalled(
    `This machine is not run by systemd (${missing}): let what starts its services run "ser2tcp -v -c FILE", or put the files of the service into an image of another machine with --root`,
  );
}

export function systemctl(scope: Scope, args: readonly string[], failing: Failing): Step {
  return commandStep('systemctl', scope === 'user' ? ['--user', ...args] : args, failing);
}

/** What to do where the user's systemd cannot be reached: after `su` and `sudo -u`, or without a login. */
export function noSession(scope: Scope): string | undefined {
  if (scope === 'system' || process.env['XDG_RUNTIME_DIR']) return undefined;
  const { username, uid } = userInfo();
  return `there is no session of ${username} here: log in as that user, or run "sudo loginctl enable-linger ${username}" and then this with XDG_RUNTIME_DIR=/run/user/${uid}`;
}

/** @param path folders, as in `PATH` */
export async function hasProgram(name: string, path: string): Promise<boolean> {
  const tries = path.split(delimiter).map((folder) => access(join(folder, name), constants.X_OK));
  return (await Promise.allSettled(tries)).some(({ status }) => status === 'fulfilled');
}

const isFolder = (path: string) =>
  stat(path).then(
    (file) => file.isDirectory(),
    () => false,
  );
