import { realpath } from 'node:fs/promises';
import { isMatched } from '../config/is-matched.js';
import type { DeviceInfo } from '../serial/device-list.js';
import { LOOP_PATH } from '../serial/loop-device.js';
import { matchDevices } from '../serial/match-criteria.js';
import type { PortSlot } from '../serial/serial.service.js';
import { fieldsOf } from './server-status.js';
import type { DetectedDeviceDto } from './status.dto.js';

/** The devices, each with the ports that use it: by its path, by a link to it (`/dev/serial/by-id/…`), or by its attributes. */
export async function detectedDevices(
  devices: DeviceInfo[],
  slots: readonly PortSlot[],
): Promise<DetectedDeviceDto[]> {
  const used = await Promise.all(slots.map((slot) => devicesOf(slot, devices)));
  return devices.map((device) => {
    const ports = [...used.keys()].filter((index) => used[index]?.includes(device));
    return known({ ...device, ...(ports.length > 0 && { ports }) });
  });
}

/** Of an entry with a mistake, what can be understood of it. */
async function devicesOf({ entry }: PortSlot, devices: DeviceInfo[]): Promise<DeviceInfo[]> {
  const serial = entry.value?.serial;
  // Where both are given, match counts.
  if (serial?.match && isMatched(serial)) return matchDevices(serial.match, devices);
  const { port } = fieldsOf(serial ?? fieldsOf(entry.written)['serial']);
  if (typeof port === 'string') {
    const named = devices.filter(({ device }) => device === port);
    if (named.length > 0 || port === LOOP_PATH) return named;
    const path = await realpath(port).catch(() => undefined);
    return devices.filter(({ device }) => device === path);
  }
  return [];
}

/** A device without what pyserial says where it knows nothing. */
function known(device: DetectedDeviceDto): DetectedDeviceDto {
  const told = Object.entries(device).filter(([, value]) => value !== 'n/a');
  return Object.fromEntries(told) as unknown as DetectedDeviceDto;
}
