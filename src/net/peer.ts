import type { Duplex } from 'node:stream';

/** From poll.h and asm-generic/ioctls.h of Linux; a few architectures have other numbers. */
const POLLRDHUP = 0x2000;
const FIONREAD = 0x541b;
const OTHER_NUMBERS = ['mips', 'mipsel', 'ppc', 'ppc64'];

interface Calls {
  poll(entries: Buffer, count: number, ms: number): number;
  ioctl(fd: number, request: number, argument: Buffer): number;
}

let calls: Calls | undefined;

/** What Node has no function for: without the optional package koffi, and beyond Linux, `unreadOfGone` cannot tell. */
export async function loadPeerCalls(): Promise<void> {
  if (calls || process.platform !== 'linux' || OTHER_NUMBERS.includes(process.arch)) return;
  const koffi = await import('koffi').catch(() => undefined);
  const library = koffi?.default.load(null);
  calls = library && {
    poll: library.func('int poll(void *entries, unsigned long count, int ms)') as Calls['poll'],
    ioctl: library.func('int ioctl(int fd, unsigned long request, void *argument)') as Calls['ioctl'],
  };
}

/**
 * The bytes that a socket which is not read still holds, when its other side has closed, or at least ended its direction, which TCP
 * does not tell apart; undefined otherwise, and where it cannot be told. Node sees an end only behind all that came before it.
 */
export function unreadOfGone(stream: Duplex): number | undefined {
  const { fd = -1 } = (stream as { readonly _handle?: { readonly fd?: number } | null })._handle ?? {};
  if (!calls || fd < 0) return undefined;
  const entry = Buffer.alloc(8);
  entry.writeInt32LE(fd, 0);
  entry.writeUInt16LE(POLLRDHUP, 4);
  if (calls.poll(entry, 1, 0) !== 1) return undefined;
  const unread = Buffer.alloc(4);
  return calls.ioctl(fd, FIONREAD, unread) < 0 ? 0 : unread.readUInt32LE(0);
}
