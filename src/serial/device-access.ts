import { access, constants, readdir, readFile, readlink, stat } from 'node:fs/promises';
import { userInfo } from 'node:os';
import type { TroubleCode } from './device-trouble.js';
import { DeviceUnavailable } from './serial-device.js';

/**
 * Looks whether a tty can be opened, before anything touches it: an open that fails at the lock has already changed
 * the line settings of the program that holds the device.
 * @param locked whether a lock (flock) of another program is in the way
 * @throws DeviceUnavailable: absent, no device, no permission (for which group), busy (by whom)
 */
export async function checkAvailable(path: string, locked: boolean): Promise<void> {
  const info = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT')
      throw new DeviceUnavailable(path, 'missing', 'there is no such device; is it plugged in?', error);
    throw new DeviceUnavailable(path, error.code === 'EACCES' ? 'denied' : 'failed', error.message, error);
  });
  if (!info.isCharacterDevice()) throw new DeviceUnavailable(path, 'not_serial', 'it is not a serial device');
  await access(path, constants.R_OK | constants.W_OK).catch(async (error: unknown) => {
    throw new DeviceUnavailable(path, 'denied', await permissionAdvice(info.mode, info.gid), error);
  });
  const holder = locked ? await lockHolder(info.dev, info.ino) : undefined;
  if (holder === process.pid)
    throw new DeviceUnavailable(path, 'busy', 'another port of this server has it open');
  if (holder !== undefined) {
    throw new DeviceUnavailable(
      path,
      'busy',
      `it is in use by ${await programName(holder)}; stop that, or set "exclusive": false to share it`,
    );
  }
}

/** Why an open failed that nothing spoke against. */
export async function openFailure(path: string, error: Error): Promise<DeviceUnavailable> {
  const because = (trouble: TroubleCode, why: string) => new DeviceUnavailable(path, trouble, why, error);
  // The lock of a program in another container is seen by nobody before it is in the way.
  if (/busy|cannot lock/i.test(error.message)) {
    const holders = await holdersOf(path).catch(() => '');
    return because(
      'busy',
      holders ? `it is in use by ${holders}` : 'another program holds it for itself alone',
    );
  }
  if (/inappropriate ioctl/i.test(error.message)) return because('not_serial', 'it is not a serial device');
  // A serial port that the system has a name for, but no hardware (ttyS of the 8250 driver).
  if (/input\/output error/i.test(error.message)) return because('missing', 'there is no hardware behind it');
  return because('failed', error.message.replace(/^Error:? /, '').replace(`, cannot open ${path}`, ''));
}

/** Programs that have a device open, as far as /proc lets this user see their descriptors. */
async function holdersOf(path: string): Promise<string> {
  const target = await stat(path);
  const names: string[] = [];
  for (const pid of (await readdir('/proc')).filter(
    (name) => /^\d+$/.test(name) && Number(name) !== process.pid,
  )) {
    for (const fd of await readdir(`/proc/${pid}/fd`).catch(() => [])) {
      const link = await readlink(`/proc/${pid}/fd/${fd}`).catch(() => '');
      if (!link.startsWith('/dev/')) continue;
      const file = await stat(link).catch(() => undefined);
      if (file?.rdev === target.rdev && file.isCharacterDevice()) {
        names.push(await programName(Number(pid)));
        break;
      }
    }
  }
  return names.join(', ');
}

async function permissionAdvice(mode: number, gid: number): Promise<string> {
  const user = userInfo().username;
  if ((mode & 0o060) !== 0o060 || gid === 0) return `user ${user} has no permission to read and write it`;
  const groups = await readFile('/etc/group', 'utf8').catch(() => '');
  const group =
    groups
      .split('\n')
      .map((line) => line.split(':'))
      .find((fields) => fields[2] === String(gid))?.[0] ?? String(gid);
  return `user ${user} has no permission; it belongs to group ${group}: run "sudo usermod -aG ${group} ${user}" and start again after a new login`;
}

/** The process that holds a flock on the file: /proc/locks, as proc_locks(5) describes it. */
async function lockHolder(dev: number, ino: number): Promise<number | undefined> {
  const locks = await readFile('/proc/locks', 'utf8').catch(() => '');
  for (const line of locks.split('\n')) {
    const [, type, , , pid, file] = line.trim().split(/\s+/);
    const [major, minor, inode] = (file ?? '').split(':');
    if (type !== 'FLOCK' || major === undefined || minor === undefined || Number(inode) !== ino) continue;
    if (parseInt(major, 16) === majorOf(dev) && parseInt(minor, 16) === minorOf(dev)) return Number(pid);
  }
  return undefined;
}

/** The two halves of a device number, as glibc's gnu_dev_major and gnu_dev_minor. */
const majorOf = (dev: number) => (dev >>> 8) & 0xfff;
const minorOf = (dev: number) => (dev & 0xff) | ((dev >>> 12) & 0xfff00);

async function programName(pid: number): Promise<string> {
  const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '');
  return name ? `${name.trim()} (process ${pid})` : `process ${pid}`;
}
