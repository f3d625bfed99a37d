import { access } from 'node:fs/promises';
import { isMatched } from '../config/is-matched.js';
import type { SerialDto } from '../config/serial.dto.js';
import { checkAvailable } from './device-access.js';
import { type DeviceInfo, listDevices } from './device-list.js';
import { resolveMatch } from './device-match.js';
import { LOOP_PATH } from './loop-device.js';
import { DeviceUnavailable } from './serial-device.js';

/**
 * Where the device of a port is now: by its USB attributes among those that `list` finds, or by its path.
 * @throws DeviceUnavailable or the matcher's errors when it is not there
 */
export async function findDevice(
  serial: SerialDto,
  list: () => Promise<DeviceInfo[]> = listDevices,
): Promise<string> {
  if (serial.match && isMatched(serial)) return resolveMatch(serial.match, await list()).device;
  const path = serial.port as string;
  // Windows has names, not paths: only opening tells.
  if (path !== LOOP_PATH && process.platform !== 'win32') {
    await access(path).catch((error: NodeJS.ErrnoException) => {
      // What else is wrong is told when it is opened.
      if (error.code !== 'ENOENT') return;
      throw new DeviceUnavailable(path, 'missing', 'there is no such device; is it plugged in?', error);
    });
  }
  return path;
}

/** Looks whether the device of a port is there and may be opened, without opening it; @throws as findDevice does */
export async function checkDevice(
  serial: SerialDto,
  find: (serial: SerialDto) => Promise<string> = findDevice,
): Promise<void> {
  const path = await find(serial);
  if (process.platform === 'linux' && path !== LOOP_PATH) await checkAvailable(path, false);
}
