import { basename } from 'node:path';
import { autoDetect, PortInfo } from '@serialport/bindings-cpp';
import { cleanText, DeviceInfo, withHwid } from './device-list.js';
import { hexId } from './match-criteria.js';

/** What the binding reports; `friendlyName`, which its types do not name, comes on Windows only. */
type BindingPort = PortInfo & { friendlyName?: string };

/**
 * The serial devices of macOS and Windows, as far as @serialport/bindings-cpp knows them: it names no product, and a
 * location only in the system's own form. `list` is a parameter for tests on other systems.
 */
export async function listOtherDevices(
  list: () => Promise<BindingPort[]> = () => autoDetect().list(),
): Promise<DeviceInfo[]> {
  return (await list()).map(deviceOf);
}

function deviceOf(port: BindingPort): DeviceInfo {
  // macOS has two nodes for a device; opening tty.* may wait for a carrier, and pyserial names cu.*.
  const device = port.path.replace(/^\/dev\/tty\./, '/dev/cu.');
  const description = clean(port.friendlyName);
  if (!port.vendorId || !port.productId) {
    return { device, description: description ?? 'n/a', hwid: clean(port.pnpId) ?? 'n/a' };
  }
  return withHwid({
    device,
    description: description ?? basename(device),
    vid: hexId(Number.parseInt(port.vendorId, 16)),
    pid: hexId(Number.parseInt(port.productId, 16)),
    serial_number: clean(port.serialNumber),
    manufacturer: clean(port.manufacturer),
    location: clean(port.locationId)?.replace(/^[0-9a-f]{8}$/, busAndPorts),
  });
}

/** macOS packs the way to a device into 32 bits, a byte of bus and six digits of ports up to a zero: 14120000 is 20-1.2. */
function busAndPorts(id: string): string {
  const [ports = ''] = id.slice(2).split('0', 1);
  return `${Number.parseInt(id.slice(0, 2), 16)}-${Array.from(ports, (port) => Number.parseInt(port, 16)).join('.')}`;
}

function clean(text: string | undefined): string | undefined {
  return text === undefined ? undefined : cleanText(text);
}
