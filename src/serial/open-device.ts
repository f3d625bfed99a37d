import { LinuxDevice } from './linux-device.js';
import { LOOP_PATH, LoopDevice } from './loop-device.js';
import type { OpenDevice } from './serial-device.js';

/** Opens what a path stands for on this system. */
export const openDevice: OpenDevice = async (path, settings) => {
  if (path === LOOP_PATH) return new LoopDevice();
  if (process.platform === 'linux') return LinuxDevice.open(path, settings);
  // With serialport's stream, which nobody needs on Linux.
  const { StreamDevice } = await import('./stream-device.js');
  return StreamDevice.open(path, settings);
};
