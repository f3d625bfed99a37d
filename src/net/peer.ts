import type { Duplex } from 'node:stream';
import { HAS_GENERIC_NUMBERS, loadLibc } from '../libc.js';

/** From poll.h and asm-generic/ioctls.h of Linux. */
const POLLRDHUP = 0x2000;
const FIONREAD = 0x541b;

interface Calls {
  poll(entries: Buffer, count: number, ms: number): number;
  ioctl(fd: number, request: number, argument: Buffer): number;
}

let calls: Calls | undefined;

/** What Node has no function for: without the optional package koffi, and beyond Linux, `unreadOfGone` cannot tell. */
export async function loadPeerCalls(): Promise<void> {
  if (calls || !HAS_GENERIC_NUMBERS) return;
  const libc = await loadLibc();
  calls = libc && {
    poll: libc.func('int poll(void *entries, unsigned long count, int ms)') as Calls['poll'],
    ioctl: libc.func('int ioctl(int fd, unsigned long request, void *argument)') as Calls['ioctl'],
  };
}

/**
 * The bytes that a socket which is not read still holds, when its other side has closed, or at least ended its direction, which TCP
 * does not tell apart; undefined otherwise, and where it cannot be told. Node sees an end only behind all that came before it.
 */
export function unreadOfGone(stream: Duplex): number | undefined {
  const { fd = -1 } = (stream as { readonly _handle?: { readonly fd?: number } | null })._handle ?? {};
  if (!calls || fd < 0) return undefined;
  // A `struct pollfd`: the descriptor, and the events asked for.
  const entry = new Int32Array([fd, 0]);
  new Int16Array(entry.buffer)[2] = POLLRDHUP;
  if (calls.poll(Buffer.from(entry.buffer), 1, 0) !== 1) return undefined;
  const unread = new Int32Array(1);
  return calls.ioctl(fd, FIONREAD, Buffer.from(unread.buffer)) < 0 ? 0 : unread[0];
}
