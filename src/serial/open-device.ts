import { LinuxDevice } from './linux-device.js';
import { LOOP_PATH, LoopDevice } from './loop-device.js';
import type { OpenDevice } from './serial-device.js';
import { StreamDevice } from './stream-device.js';

/** Opens what a path stands for on this system. */
export const openDevice: OpenDevice = async (path, settings) => {
  if (path === LOOP_PATH) return new LoopDevice();
  return process.platform === 'linux' ? LinuxDevice.open(path, settings) : StreamDevice.open(path, settings);
};
