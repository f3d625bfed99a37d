import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { sentence } from '../errors.js';
import { loadLibc } from '../libc.js';

/** Sends a message to the service manager; see sd_notify(3). */
export type Notify = (message: string) => Promise<void>;

const AF_UNIX = 1;
const SOCK_DGRAM = 2;
const SOCK_CLOEXEC = 0x80000;
const MSG_NOSIGNAL = 0x4000;
const PATH_BYTES = 108;

/**
 * What sends datagrams to a socket, whose address begins with `@` when it is an abstract one. Node has no Unix datagrams: the
 * optional package koffi calls the C library in a thread, and without it systemd's own tool is run.
 */
export async function openNotifySocket(address: string): Promise<Notify> {
  const library = await loadLibc();
  if (!library) return withTool(address);
  const socket = library.func('int socket(int domain, int type, int protocol)');
  const sendto = library.func(
    'long sendto(int fd, const void *data, size_t length, int flags, const void *to, uint32_t to_length)',
  );
  const fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0) as number;
  const to = socketAddress(address);
  return (message) =>
    new Promise((resolve, reject) => {
      const data = Buffer.from(message);
      // In a thread: it waits when the other side is slow.
      sendto.async(
        fd,
        data,
        data.length,
        MSG_NOSIGNAL,
        to,
        to.length,
        (error: Error | null, sent: number) => {
          if (error || sent < 0) reject(error ?? new Error(`nobody takes messages at ${address}`));
          else resolve();
        },
      );
    });
}

/** A `sockaddr_un`, see unix(7). */
function socketAddress(address: string): Buffer {
  const path = Buffer.from(address.startsWith('@') ? `\0${address.slice(1)}` : `${address}\0`);
  if (path.length > PATH_BYTES) throw new Error(`the address ${address} is too long`);
  const family = Buffer.alloc(2);
  new Uint16Array(family.buffer, family.byteOffset, 1)[0] = AF_UNIX;
  return Buffer.concat([family, path]);
}

const withTool =
  (address: string): Notify =>
  async (message) => {
    const env = { ...process.env, NOTIFY_SOCKET: address };
    try {
      await promisify(execFile)('systemd-notify', message.trimEnd().split('\n'), { env });
    } catch (error) {
      throw new Error(
        `neither the package koffi nor the program systemd-notify can be used: ${sentence(error)}`,
        { cause: error },
      );
    }
  };
