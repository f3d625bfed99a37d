import { DeviceInfo } from './device-list.js';

const SHOWN = ['vid', 'pid', 'serial_number', 'manufacturer', 'product', 'location'] as const;

/** What `ser2tcp --usb` prints: every USB device with the attributes that a `match` entry can take over as they stand. */
export function usbReport(devices: DeviceInfo[]): string {
  const usb = devices.filter((device) => device.vid !== undefined);
  return usb.map(entry).join('\n') || 'No USB serial devices found';
}

function entry(device: DeviceInfo): string {
  const known = SHOWN.filter((name) => device[name] !== undefined);
  return [device.device, ...known.map((name) => `  ${name}: ${device[name]}`)].join('\n');
}
