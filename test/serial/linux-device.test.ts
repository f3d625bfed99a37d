import { afterEach, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { open as openFile, readdir, readFile, readlink, realpath } from 'node:fs/promises';
import { promisify } from 'node:util';
import { SerialDto } from '../../src/config/serial.dto.js';
import { loadIoctl } from '../../src/serial/ioctl.js';
import { LinuxDevice } from '../../src/serial/linux-device.js';
import type { SerialDevice } from '../../src/serial/serial-device.js';
import { StreamDevice } from '../../src/serial/stream-device.js';
import { endChildren, startChild } from '../support/child.js';
import { describeWith } from '../support/needs.js';
import { closePtys, openPty, Pty } from '../support/pty.js';
import { Reader } from '../support/reader.js';

const ALL_BYTES = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
const settings = (more: Partial<SerialDto> = {}) => Object.assign(new SerialDto(), more);
const write = (device: SerialDevice, chunk: Buffer) =>
  new Promise<void>((resolve, reject) => device.write(chunk, (error) => (error ? reject(error) : resolve())));
const stty = async (path: string) => (await promisify(execFile)('stty', ['-a', '-F', path])).stdout;

/** The output speed of a tty, from the `termios2` that TCGETS2 gives (asm-generic/termbits.h); stty shows 0 for such rates. */
async function baudrate(path: string): Promise<number> {
  const termios2 = Buffer.alloc(44);
  const tty = await openFile(path, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
  await (
    await loadIoctl()
  )?.(tty.fd, 0x802c542a, termios2);
  await tty.close();
  return termios2.readUInt32LE(40);
}

/** The descriptors that this process has on a tty. */
async function descriptorsOf(path: string): Promise<string[]> {
  const tty = await realpath(path);
  const all = await readdir('/proc/self/fd');
  const links = await Promise.all(all.map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')));
  return all.filter((_, index) => links[index] === tty);
}
const descriptorsOn = async (path: string) => (await descriptorsOf(path)).length;

/** Those of them that would make the whole process wait for the tty. */
async function blockingDescriptors(path: string): Promise<string[]> {
  const all = await descriptorsOf(path);
  const flags = await Promise.all(
    all.map(async (fd) => /^flags:\s*(\d+)/m.exec(await readFile(`/proc/self/fdinfo/${fd}`, 'utf8'))?.[1]),
  );
  return all.filter((_, index) => (parseInt(flags[index] ?? '0', 8) & constants.O_NONBLOCK) === 0);
}

/** Collects what a device delivers. */
function listen(device: SerialDevice) {
  const chunks: Buffer[] = [];
  let wake = () => {};
  let gone: string | undefined;
  device.start({
    data: (chunk) => {
      chunks.push(chunk);
      wake();
      return false;
    },
    lost: (reason) => {
      gone = reason;
      wake();
    },
  });
  const when = async (there: () => boolean) => {
    while (!there()) await new Promise<void>((resolve) => (wake = resolve));
  };
  return {
    bytes: async (count: number) => {
      await when(() => Buffer.concat(chunks).length >= count);
      return Buffer.concat(chunks);
    },
    lost: async () => {
      await when(() => gone !== undefined);
      return gone;
    },
  };
}

const devices: SerialDevice[] = [];
afterEach(async () => {
  await Promise.all(devices.splice(0).map((device) => device.close()));
  await endChildren();
  await closePtys();
});

async function open(kind: typeof LinuxDevice | typeof StreamDevice, pty: Pty, more: Partial<SerialDto> = {}) {
  const device = await kind.open(pty.path, settings(more));
  devices.push(device);
  return device;
}

describeWith(['socat'], 'a device', () => {
  describe.each([
    ['of Linux', LinuxDevice],
    ['of other systems', StreamDevice],
  ])('%s', (_, kind) => {
    it('carries all byte values both ways', async () => {
      const pty = await openPty();
      const device = await open(kind, pty);
      const got = listen(device);
      pty.send.write(ALL_BYTES);
      expect(await got.bytes(256)).toEqual(ALL_BYTES);
      const atDevice = new Reader(pty.got);
      await write(device, ALL_BYTES);
      expect(await atDevice.take(256)).toEqual(ALL_BYTES);
    });

    it('leaves no descriptor behind', async () => {
      const pty = await openPty();
      const before = await descriptorsOn(pty.path);
      const device = await kind.open(pty.path, settings());
      expect(await descriptorsOn(pty.path)).toBeGreaterThan(before);
      await device.close();
      expect(await descriptorsOn(pty.path)).toBe(before);
    });
  });

  it('leaves no memory behind that thousands of opens would add up', async () => {
    const pty = await openPty();
    const child = startChild(process.execPath, ['--expose-gc', 'test/support/open-often.mjs', pty.path]);
    const grown = await child.out.upTo('\n');
    expect(await child.ended).toEqual({ status: 0, stderr: '' });
    // 2,000 opens; with the poller of serialport's class each leaves more than 400 bytes of heap.
    expect(Number(grown)).toBeLessThan(300_000);
  });

  it('tells when it is unplugged, and can be closed then', async () => {
    const pty = await openPty();
    const device = await open(LinuxDevice, pty);
    const got = listen(device);
    await pty.unplug();
    expect(await got.lost()).toEqual(expect.any(String));
    await expect(device.close()).resolves.toBeUndefined();
  });

  it('takes its settings when it is opened, those of stty too', async () => {
    const pty = await openPty();
    await open(LinuxDevice, pty, {
      baudrate: 57600,
      bytesize: 7,
      parity: 'M',
      stopbits: 2,
      rtscts: true,
      xonxoff: true,
      hupcl: false,
    });
    const shown = await stty(pty.path);
    for (const word of ['speed 57600', 'cstopb', ' crtscts', ' ixon', ' ixoff', 'parodd', 'cmspar', '-hupcl'])
      expect(shown).toContain(word);
  });

  it('takes baud rates that have no constant', async () => {
    const pty = await openPty();
    await open(LinuxDevice, pty, { baudrate: 12345 });
    expect(await baudrate(pty.path)).toBe(12345);
  });

  it('takes other settings while it is open, and keeps the bytes that come meanwhile', async () => {
    const pty = await openPty();
    const device = await open(LinuxDevice, pty);
    const got = listen(device);
    pty.send.write('before');
    await device.update(settings({ baudrate: 115200, bytesize: 8, stopbits: 2 }));
    pty.send.write('after');
    expect((await got.bytes(11)).toString()).toBe('beforeafter');
    expect(await stty(pty.path)).toMatch(/speed 115200[^]* cstopb/);
  });

  it('says on other systems what cannot be changed while it is open', async () => {
    const device = await open(StreamDevice, await openPty());
    await device.update(settings({ baudrate: 115200 }));
    await expect(device.update(settings({ baudrate: 115200, stopbits: 2 }))).rejects.toThrow(
      'on this system "stopbits" of an open device cannot be changed; disconnect its clients first',
    );
  });

  it('holds up nothing else after its settings were changed, whatever it does not take', async () => {
    const pty = await openPty();
    const device = await open(LinuxDevice, pty, { parity: 'M' });
    await device.update(settings({ baudrate: 115200 }));
    expect(await blockingDescriptors(pty.path)).toEqual([]);
  });

  it('is locked for others, who are told by whom, unless "exclusive" is false', async () => {
    const pty = await openPty();
    await open(LinuxDevice, pty);
    await expect(LinuxDevice.open(pty.path, settings())).rejects.toThrow(
      'another port of this server has it open',
    );
    await open(LinuxDevice, pty, { exclusive: false });
  });

  it('has no lines on a PTY, and says so', async () => {
    const pty = await openPty();
    const device = await open(LinuxDevice, pty);
    await expect(device.getLines()).rejects.toThrow();
    await expect(device.setLines({ rts: true })).rejects.toThrow();
  });
});

describe('a device that cannot be opened', () => {
  it.each([
    ['/dev/ser2tcp-none', 'Cannot open /dev/ser2tcp-none: there is no such device; is it plugged in?'],
    ['/etc/hostname', 'Cannot open /etc/hostname: it is not a serial device'],
    ['/dev/null', 'Cannot open /dev/null: it is not a serial device'],
  ])('says why: %s', async (path, message) => {
    await expect(LinuxDevice.open(path, settings())).rejects.toThrow(message);
  });
});
