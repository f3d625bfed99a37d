import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, open, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { listOtherDevices } from '../../src/serial/device-list-other.js';
import { DeviceInfo, listDevices } from '../../src/serial/device-list.js';

type Attributes = Record<string, string>;

/** A sysfs tree of real folders and symlinks, with a folder of device nodes beside it. */
class FakeSystem {
  private constructor(readonly folder: string) {}

  static async make(): Promise<FakeSystem> {
    const system = new FakeSystem(await mkdtemp(join(tmpdir(), 'ser2tcp-sysfs-')));
    await mkdir(system.path('dev'));
    await mkdir(system.path('sys/class/tty'), { recursive: true });
    return system;
  }

  path(...parts: string[]): string {
    return join(this.folder, ...parts);
  }

  /** The list, with device paths as if the nodes were in /dev. */
  async list(): Promise<DeviceInfo[]> {
    const devices = await listDevices(this.path('sys'), this.path('dev'));
    return devices.map((info) => ({ ...info, device: info.device.slice(this.folder.length) }));
  }

  /** A folder below sys/devices. */
  async hardware(at: string, bus: string, attributes: Attributes = {}): Promise<string> {
    const folder = this.path('sys/devices', at);
    await mkdir(folder, { recursive: true });
    await symlink(this.path('sys/bus', bus), join(folder, 'subsystem'));
    await Promise.all(Object.entries(attributes).map(([name, text]) => writeFile(join(folder, name), text)));
    return at;
  }

  /** A tty on the hardware `on`, or a virtual one. */
  async tty(name: string, on?: string, attributes: Attributes = {}, node = name): Promise<void> {
    const parent = on === undefined ? 'virtual' : on;
    const folder = this.path('sys/devices', parent, 'tty', name);
    await mkdir(folder, { recursive: true });
    if (on !== undefined) await symlink('../..', join(folder, 'device'));
    await Promise.all(Object.entries(attributes).map(([file, text]) => writeFile(join(folder, file), text)));
    await symlink(join('../../devices', parent, 'tty', name), this.path('sys/class/tty', name));
    await mkdir(dirname(this.path('dev', node)), { recursive: true });
    await writeFile(this.path('dev', node), '');
  }

  /** Takes a USB device away in the order of the kernel: the tty first. */
  async pull(at: string, tty: string): Promise<void> {
    await rm(this.path('sys/class/tty', tty));
    await rm(this.path('sys/devices', at), { recursive: true });
  }

  /** An adapter with a driver of usb-serial: a port below each of its interfaces. */
  async adapter(at: string, attributes: Attributes, ttys: string[], label?: string): Promise<void> {
    await this.hardware(at, 'usb', { bNumInterfaces: ` ${ttys.length}\n`, ...attributes });
    for (const [number, name] of ttys.entries()) {
      const port = `${at}/${at.split('/').at(-1)}:1.${number}`;
      await this.hardware(port, 'usb', label === undefined ? {} : { interface: `${label}\n` });
      await this.tty(name, await this.hardware(`${port}/${name}`, 'usb-serial'));
    }
  }
}

const FTDI = {
  idVendor: '0403\n',
  idProduct: '6001\n',
  serial: 'RIG0001\n',
  manufacturer: 'FTDI\n',
  product: 'FT232R USB UART\n',
};

const onLinux = process.platform === 'linux' ? describe : describe.skip;

onLinux('the devices that sysfs knows', () => {
  let system: FakeSystem;
  beforeEach(async () => {
    system = await FakeSystem.make();
  });
  afterEach(() => rm(system.folder, { recursive: true }));

  it('gives an adapter with one interface the address of the device', async () => {
    await system.adapter('pci/usb1/1-1', FTDI, ['ttyUSB0']);
    expect(await system.list()).toEqual([
      {
        device: '/dev/ttyUSB0',
        description: 'FT232R USB UART',
        hwid: 'USB VID:PID=0403:6001 SER=RIG0001 LOCATION=1-1',
        vid: '0x0403',
        pid: '0x6001',
        serial_number: 'RIG0001',
        manufacturer: 'FTDI',
        product: 'FT232R USB UART',
        location: '1-1',
      },
    ]);
  });

  it('tells the ports of a 4-interface adapter apart by location', async () => {
    const quad = { idVendor: '0403\n', idProduct: '6011\n', product: 'Quad\n' };
    await system.adapter('pci/usb1/1-1/1-1.4', quad, ['ttyUSB0', 'ttyUSB1', 'ttyUSB2', 'ttyUSB3'], 'RS232');
    const ports = await system.list();
    expect(ports.map((port) => port.location)).toEqual(['1-1.4:1.0', '1-1.4:1.1', '1-1.4:1.2', '1-1.4:1.3']);
    expect(ports[3]).toEqual({
      device: '/dev/ttyUSB3',
      description: 'Quad - RS232',
      hwid: 'USB VID:PID=0403:6011 LOCATION=1-1.4:1.3',
      vid: '0x0403',
      pid: '0x6011',
      product: 'Quad',
      location: '1-1.4:1.3',
    });
  });

  it('finds a CDC-ACM device, whose tty sits on the interface itself', async () => {
    await system.hardware('pci/usb1/1-2', 'usb', {
      bNumInterfaces: ' 2\n',
      idVendor: '303a\n',
      idProduct: '4001\n',
    });
    await system.tty('ttyACM0', await system.hardware('pci/usb1/1-2/1-2:1.0', 'usb'));
    expect(await system.list()).toEqual([
      {
        device: '/dev/ttyACM0',
        description: 'ttyACM0',
        hwid: 'USB VID:PID=303A:4001 LOCATION=1-2:1.0',
        vid: '0x303A',
        pid: '0x4001',
        location: '1-2:1.0',
      },
    ]);
  });

  it('lists the built-in ports that exist, whichever bus they are on', async () => {
    const real = { type: '4\n' };
    await system.tty('ttyS0', await system.hardware('pnp0/00:05', 'pnp', { id: 'PNP0501\n' }), real);
    await system.hardware('pnp0/00:04', 'pnp', { id: 'PNP0500\n' });
    await system.hardware('pnp0/00:04/00:04:0', 'serial-base');
    await system.tty('ttyS1', await system.hardware('pnp0/00:04/00:04:0/00:04:0.0', 'serial-base'), real);
    await system.tty('ttyS2', await system.hardware('platform/fe215040.serial', 'platform'), real);
    await system.tty('ttyAMA0', await system.hardware('platform/soc/fe201000.serial', 'amba'), {
      type: '32\n',
    });
    expect(await system.list()).toEqual([
      { device: '/dev/ttyAMA0', description: 'ttyAMA0', hwid: 'fe201000.serial' },
      { device: '/dev/ttyS0', description: 'ttyS0', hwid: 'PNP0501' },
      { device: '/dev/ttyS1', description: 'ttyS1', hwid: 'PNP0500' },
      { device: '/dev/ttyS2', description: 'n/a', hwid: 'n/a' },
    ]);
  });

  it('leaves out phantom ports, virtual ttys and ttys without a node', async () => {
    const none = { type: '0\n' };
    await system.tty('ttyS4', await system.hardware('platform/serial8250', 'platform'), none);
    await system.tty('ttyS5', await system.hardware('platform/new/new:0/new:0.1', 'serial-base'), none);
    for (const name of ['console', 'ptmx', 'tty', 'tty0', 'tty1']) await system.tty(name);
    await system.adapter('pci/usb1/1-1', FTDI, ['ttyUSB0']);
    await rm(system.path('dev/ttyUSB0'));
    expect(await system.list()).toEqual([]);
  });

  it('sorts numbers as numbers, and finds a node in a folder', async () => {
    for (const [port, name] of ['ttyUSB10', 'ttyUSB2', 'ttyACM1'].entries()) {
      await system.adapter(`pci/usb1/1-${port + 1}`, FTDI, [name]);
    }
    await system.tty('rs!ttyX0', await system.hardware('pci/card', 'pci'), {}, 'rs/ttyX0');
    const names = (await system.list()).map(({ device }) => device);
    expect(names).toEqual(['/dev/rs/ttyX0', '/dev/ttyACM1', '/dev/ttyUSB2', '/dev/ttyUSB10']);
  });

  it.each([
    ['escape sequences', 'Red\u001b[31m\u0007 one\n', 'Red[31m one'],
    ['C1 controls', 'A\u009b2JB\n', 'A2JB'],
    ['text that is turned around', 'A\u202egnp.exe\n', 'Agnp.exe'],
    ['further lines', 'One\nvid: 0x0000\n', 'One'],
    ['blanks around it', '  Padded \n', 'Padded'],
    ['nothing at all', ' \u0000\n', undefined],
  ])('takes %s out of what an adapter says', async (_what, product, shown) => {
    await system.adapter('pci/usb1/1-1', { ...FTDI, product }, ['ttyUSB0']);
    const [port] = await system.list();
    expect([port?.product, port?.description]).toEqual([shown, shown ?? 'ttyUSB0']);
  });

  it.each([
    ['before it is looked at', 'pci/usb1/1-1'],
    ['before its ids are read', 'pci/usb1/1-1/idProduct'],
  ])('lists the others when a device goes away %s', async (_when, gone) => {
    await system.adapter('pci/usb1/1-1', FTDI, ['ttyUSB0']);
    await system.adapter('pci/usb1/1-2', FTDI, ['ttyUSB1']);
    await rm(system.path('sys/devices', gone), { recursive: true });
    expect((await system.list()).map(({ device }) => device)).toEqual(['/dev/ttyUSB1']);
  });

  it('does not list a device half-read that goes away meanwhile', async () => {
    const { manufacturer: _, ...rest } = FTDI;
    await system.adapter('pci/usb1/1-1', rest, ['ttyUSB0']);
    await system.adapter('pci/usb1/1-2', FTDI, ['ttyUSB1']);
    const slow = system.path('sys/devices/pci/usb1/1-1/manufacturer');
    await promisify(execFile)('mkfifo', [slow]);
    const listing = system.list();
    const writer = await open(slow, 'w'); // Opens when the list has come to this attribute.
    await system.pull('pci/usb1/1-1', 'ttyUSB0');
    await writer.close();
    expect((await listing).map(({ device }) => device)).toEqual(['/dev/ttyUSB1']);
  });

  it('lists nothing where there is no sysfs', async () => {
    await rm(system.path('sys'), { recursive: true });
    expect(await system.list()).toEqual([]);
  });
});

describe('the devices that the binding knows on other systems', () => {
  const blank = {
    manufacturer: undefined,
    serialNumber: undefined,
    pnpId: undefined,
    locationId: undefined,
    productId: undefined,
    vendorId: undefined,
  };
  const usb = { ...blank, vendorId: '303a', productId: '4001' };

  it.each<[string, Parameters<typeof listOtherDevices>[0], DeviceInfo]>([
    [
      'an adapter on macOS',
      async () => [
        {
          ...usb,
          path: '/dev/tty.usbmodem1101',
          locationId: '01120000',
          manufacturer: 'Espressif',
          serialNumber: 'dcda',
        },
      ],
      {
        device: '/dev/cu.usbmodem1101',
        description: 'cu.usbmodem1101',
        hwid: 'USB VID:PID=303A:4001 SER=dcda LOCATION=1-1.2',
        vid: '0x303A',
        pid: '0x4001',
        serial_number: 'dcda',
        manufacturer: 'Espressif',
        location: '1-1.2',
      },
    ],
    [
      'an adapter on Windows',
      async () => [
        { ...usb, path: 'COM3', locationId: 'Port_#0001.Hub_#0003', friendlyName: 'USB Serial (COM3)' },
      ],
      {
        device: 'COM3',
        description: 'USB Serial (COM3)',
        hwid: 'USB VID:PID=303A:4001 LOCATION=Port_#0001.Hub_#0003',
        vid: '0x303A',
        pid: '0x4001',
        location: 'Port_#0001.Hub_#0003',
      },
    ],
    [
      'a built-in port on Windows',
      async () => [
        { ...blank, path: 'COM1', pnpId: 'ACPI\\PNP0501\\1', friendlyName: 'Communications Port (COM1)' },
      ],
      { device: 'COM1', description: 'Communications Port (COM1)', hwid: 'ACPI\\PNP0501\\1' },
    ],
    [
      'a Bluetooth port on macOS',
      async () => [{ ...blank, path: '/dev/tty.Bluetooth' }],
      { device: '/dev/cu.Bluetooth', description: 'n/a', hwid: 'n/a' },
    ],
  ])('gives %s the same form', async (_what, list, device) => {
    expect(await listOtherDevices(list)).toEqual([device]);
  });
});
