import { spawn } from 'node:child_process';
import type { SerialSettings } from './serial-device.js';

/** Baud rates that termios has constants for; other rates are not in stty's reach. */
const STANDARD_BAUDRATES = new Set([
  50, 75, 110, 134, 150, 200, 300, 600, 1200, 1800, 2400, 4800, 9600, 19200, 38400, 57600, 115200, 230400,
  460800, 500000, 576000, 921600, 1000000, 1152000, 1500000, 2000000, 2500000, 3000000, 3500000, 4000000,
]);

const flag = (on: boolean, name: string) => (on ? name : `-${name}`);

/** What the binding does not set when it opens a device: mark and space parity, and hupcl either way. */
export function extraFormat({ parity, hupcl }: SerialSettings): string[] {
  return [
    // Also cleared for even and odd: whoever had the device before may have left it set.
    ...(parity === 'N'
      ? []
      : [flag(parity === 'O' || parity === 'M', 'parodd'), flag(parity === 'M' || parity === 'S', 'cmspar')]),
    ...(hupcl === undefined ? [] : [flag(hupcl, 'hupcl')]),
  ];
}

/** Everything, for a device that is open: unlike the binding, stty does not throw away what is in the driver's buffers. */
export function wholeFormat(settings: SerialSettings): string[] {
  return [
    ...(STANDARD_BAUDRATES.has(settings.baudrate) ? [String(settings.baudrate)] : []),
    `cs${settings.bytesize}`,
    flag(settings.stopbits !== 1, 'cstopb'),
    flag(settings.parity !== 'N', 'parenb'),
    flag(settings.rtscts, 'crtscts'),
    flag(settings.xonxoff, 'ixon'),
    flag(settings.xonxoff, 'ixoff'),
    ...extraFormat(settings),
  ];
}

export const isStandardBaudrate = (baudrate: number) => STANDARD_BAUDRATES.has(baudrate);

/**
 * Changes settings of an open tty by the system's `stty`. It opens the tty once more for itself: libuv makes what a child
 * gets as its first three descriptors blocking, and with it the stream that shares the tty's description here, so that one
 * write to a device that takes nothing would hold up the whole program.
 */
export function stty(fd: number, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('stty', ['-F', '/proc/self/fd/3', ...args], {
      stdio: ['ignore', 'ignore', 'pipe', fd],
    });
    const complaint: Buffer[] = [];
    child.stderr?.on('data', (text: Buffer) => complaint.push(text));
    child.on('error', (error) =>
      reject(new Error(`cannot run stty for the settings ${args.join(' ')}: ${error.message}`)),
    );
    child.on('close', (status) => {
      if (status === 0) resolve();
      else
        reject(
          new Error(`the driver refuses ${args.join(' ')} (${Buffer.concat(complaint).toString().trim()})`),
        );
    });
  });
}
