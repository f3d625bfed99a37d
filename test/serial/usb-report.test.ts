import { describe, expect, it } from '@jest/globals';
import { DeviceInfo } from '../../src/serial/device-list.js';
import { usbReport } from '../../src/serial/usb-report.js';

const BUILT_IN: DeviceInfo = { device: '/dev/ttyS0', description: 'ttyS0', hwid: 'PNP0501' };
const ESP: DeviceInfo = {
  device: '/dev/cu.usbmodem1101',
  description: 'Espressif Device',
  hwid: 'USB VID:PID=303A:4001 SER=dcda0c2004bc0000 LOCATION=1-1',
  location: '1-1',
  product: 'Espressif Device',
  manufacturer: 'Espressif Systems',
  serial_number: 'dcda0c2004bc0000',
  pid: '0x4001',
  vid: '0x303A',
};
const CLONE: DeviceInfo = { device: '/dev/ttyUSB1', vid: '0x1A86', pid: '0x7523', location: '1-4' };

describe('the report of ser2tcp --usb', () => {
  it.each<[string, DeviceInfo[], string[]]>([
    [
      'every attribute in a fixed order',
      [ESP],
      [
        '/dev/cu.usbmodem1101',
        '  vid: 0x303A',
        '  pid: 0x4001',
        '  serial_number: dcda0c2004bc0000',
        '  manufacturer: Espressif Systems',
        '  product: Espressif Device',
        '  location: 1-1',
      ],
    ],
    [
      'only what is known, and only USB devices',
      [BUILT_IN, CLONE],
      ['/dev/ttyUSB1', '  vid: 0x1A86', '  pid: 0x7523', '  location: 1-4'],
    ],
    ['that there is no USB device', [BUILT_IN], ['No USB serial devices found']],
    ['that there is no device', [], ['No USB serial devices found']],
  ])('shows %s', (_what, devices, lines) => {
    expect(usbReport(devices)).toBe(lines.join('\n'));
  });

  it('puts one device after the other', () => {
    expect(usbReport([ESP, CLONE])).toBe(`${usbReport([ESP])}\n${usbReport([CLONE])}`);
  });
});
