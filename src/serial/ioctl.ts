import { HAS_GENERIC_NUMBERS, loadLibc } from '../libc.js';

/** Requests of the Linux tty layer, asm-generic/ioctls.h; a few architectures have others. */
export const TIOCMGET = 0x5415;
export const TIOCMBIS = 0x5416;
export const TIOCMBIC = 0x5417;
export const TIOCMSET = 0x5418;
export const TIOCOUTQ = 0x5411;
export const TIOCSBRK = 0x5427;
export const TIOCCBRK = 0x5428;

/** An ioctl on a descriptor, in a thread of its own; `argument` is read and written by the kernel. */
export type Ioctl = (fd: number, request: number, argument: Buffer) => Promise<void>;

let loaded: Promise<Ioctl | undefined> | undefined;

/**
 * What serialport's binding has no function for; undefined where the optional package koffi is not installed. Loading it
 * holds up the event loop for some 10 ms, so it is done once, at the start.
 */
export const loadIoctl = () => (loaded ??= load());

async function load(): Promise<Ioctl | undefined> {
  const libc = HAS_GENERIC_NUMBERS ? await loadLibc() : undefined;
  if (!libc) return undefined;
  const call = libc.func('int ioctl(int fd, unsigned long request, void *argument)');
  return (fd, request, argument) =>
    new Promise((resolve, reject) => {
      call.async(fd, request, argument, (error: Error | null, result: number) => {
        // errno belongs to the thread of the call and cannot be asked for here.
        if (error || result < 0)
          reject(error ?? new Error(`the driver refuses ioctl 0x${request.toString(16)}`));
        else resolve();
      });
    });
}
