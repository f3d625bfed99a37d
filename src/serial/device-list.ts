import { access, readdir, readFile, readlink, realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { DeviceInfo } from './device-info.js';
import { hexId } from './match-criteria.js';

export type { DeviceInfo };

const NATURAL = new Intl.Collator('en', { numeric: true });

/** `type` of a serial-core port that no hardware was found for: PORT_UNKNOWN of linux/serial_core.h. */
const NO_HARDWARE = '0';

/**
 * The serial devices of this machine by name, ttyUSB2 before ttyUSB10. No device is opened. On Linux they come from sysfs
 * (Documentation/ABI/testing/sysfs-tty and sysfs-bus-usb); a tty without a node in `dev` is left out, since a container
 * sees all of the host's sysfs but only the nodes it was given.
 */
export async function listDevices(root = '/sys', dev = '/dev'): Promise<DeviceInfo[]> {
  const devices = process.platform === 'linux' ? await listSysfs(root, dev) : await listOther();
  return devices.sort((a, b) => NATURAL.compare(a.device, b.device));
}

async function listOther(): Promise<DeviceInfo[]> {
  const { listOtherDevices } = await import('./device-list-other.js');
  return listOtherDevices();
}

async function listSysfs(root: string, dev: string): Promise<DeviceInfo[]> {
  const ttys = join(root, 'class/tty');
  const names = await readdir(ttys).catch(() => []);
  // What fails in between is a tty without hardware, or a device that has just been pulled.
  const found = await Promise.all(names.map((name) => inspect(join(ttys, name), dev).catch(() => undefined)));
  return found.filter((device) => device !== undefined);
}

/** What a folder of /sys/class/tty tells; throws when there is no hardware behind it, or no longer. */
async function inspect(tty: string, dev: string): Promise<DeviceInfo | undefined> {
  let hardware = await realpath(join(tty, 'device'));
  if ((await attribute(tty, 'type')) === NO_HARDWARE) return undefined;
  const name = basename(tty).replaceAll('!', '/');
  const device = join(dev, name);
  await access(device);

  // Linux 6.5 put a controller and a port between the UART and its tty; pyserial 3.5 stops there.
  let bus = await subsystem(hardware);
  while (bus === 'serial-base') bus = await subsystem((hardware = dirname(hardware)));
  const info = await describe(device, name, bus, hardware);
  // A pulled device loses its tty first: one that is still there has been read whole.
  await access(tty);
  return info;
}

async function describe(device: string, name: string, bus: string, hardware: string): Promise<DeviceInfo> {
  switch (bus) {
    case 'usb-serial':
      return usbDevice(device, dirname(hardware));
    case 'usb':
      return usbDevice(device, hardware);
    case 'pnp':
      return { device, description: name, hwid: (await attribute(hardware, 'id')) ?? 'n/a' };
    case 'amba':
      return { device, description: name, hwid: basename(hardware) };
    default:
      return { device, description: 'n/a', hwid: 'n/a' };
  }
}

async function subsystem(folder: string): Promise<string> {
  return basename(await readlink(join(folder, 'subsystem')).catch(() => ''));
}

async function usbDevice(device: string, usbInterface: string): Promise<DeviceInfo> {
  const folder = dirname(usbInterface);
  const several = Number(await attribute(folder, 'bNumInterfaces')) > 1;
  const product = await attribute(folder, 'product');
  const label = await attribute(usbInterface, 'interface');
  return withHwid({
    device,
    description: [product ?? basename(device), label].filter((part) => part !== undefined).join(' - '),
    vid: hexId(Number.parseInt(await readFile(join(folder, 'idVendor'), 'latin1'), 16)),
    pid: hexId(Number.parseInt(await readFile(join(folder, 'idProduct'), 'latin1'), 16)),
    serial_number: await attribute(folder, 'serial'),
    manufacturer: await attribute(folder, 'manufacturer'),
    product,
    location: basename(several ? usbInterface : folder),
  });
}

async function attribute(folder: string, name: string): Promise<string | undefined> {
  return cleanText(await readFile(join(folder, name), 'utf8').catch(() => ''));
}

/** The first line of what hardware says about itself, fit for a terminal: no control, bidi or other invisible characters. */
export function cleanText(text: string): string | undefined {
  const [line = ''] = text.split(/[\r\n]/, 1);
  return line.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '').trim() || undefined;
}

/** A USB device with its `hwid`, and without the keys of which nothing is known. */
export function withHwid(usb: DeviceInfo & { vid: string; pid: string }): DeviceInfo {
  const serial = usb.serial_number === undefined ? '' : ` SER=${usb.serial_number}`;
  const location = usb.location === undefined ? '' : ` LOCATION=${usb.location}`;
  const hwid = `USB VID:PID=${usb.vid.slice(2)}:${usb.pid.slice(2)}${serial}${location}`;
  const all = Object.entries({ description: usb.description, hwid, ...usb });
  return { device: usb.device, ...Object.fromEntries(all.filter(([, value]) => value !== undefined)) };
}
