/**
 * The few calls of the C library that Node does not offer: PTYs, and sockets that block. A generator that blocks in
 * read(2) costs a tenth of an event loop, and its own delay is then not part of what is measured.
 */
import koffi from 'koffi';
import { closeSync, constants, openSync } from 'node:fs';

const c = koffi.load(null);
const posix_openpt = c.func('int posix_openpt(int flags)');
const grantpt = c.func('int grantpt(int fd)');
const unlockpt = c.func('int unlockpt(int fd)');
const ptsname_r = c.func('int ptsname_r(int fd, void *name, size_t size)');
const tcgetattr = c.func('int tcgetattr(int fd, void *termios)');
const tcsetattr = c.func('int tcsetattr(int fd, int when, void *termios)');
const cfmakeraw = c.func('void cfmakeraw(void *termios)');
const socket = c.func('int socket(int domain, int type, int protocol)');
const connect = c.func('int connect(int fd, void *address, uint32_t length)');
const setsockopt = c.func('int setsockopt(int fd, int level, int name, void *value, uint32_t length)');

// The values of x86 and ARM Linux (asm-generic).
const O_CLOEXEC = 0o2000000;
const SOCK_CLOEXEC = 0o2000000;
const [AF_INET, SOCK_STREAM, IPPROTO_TCP, TCP_NODELAY] = [2, 1, 6, 1];
/** More than a `struct termios` of any C library. */
const TERMIOS_BYTES = 256;

function check(result, what) {
  if (result === -1) throw new Error(`${what} failed with errno ${koffi.errno()}`);
  return result;
}

/**
 * A PTY in raw mode. The slave end stays open here as well, so that it survives servers that come and go; without
 * that the device's end would fail between two of them. Its master blocks unless `flags` say O_NONBLOCK.
 */
export function openPty(flags = 0) {
  const how = constants.O_RDWR | constants.O_NOCTTY | O_CLOEXEC | flags;
  const master = check(posix_openpt(how), 'posix_openpt');
  check(grantpt(master), 'grantpt');
  check(unlockpt(master), 'unlockpt');
  const name = Buffer.alloc(128);
  ptsname_r(master, name, name.length);
  const path = name.toString('latin1', 0, name.indexOf(0));
  const slave = openTty(path);
  const close = () => {
    closeSync(slave);
    closeSync(master);
  };
  return { master, slave, path, close };
}

/** Opens a tty in raw mode, blocking. */
export function openTty(path) {
  const fd = openSync(path, constants.O_RDWR | constants.O_NOCTTY);
  const termios = Buffer.alloc(TERMIOS_BYTES);
  check(tcgetattr(fd, termios), 'tcgetattr');
  cfmakeraw(termios);
  check(tcsetattr(fd, 0, termios), 'tcsetattr');
  return fd;
}

/** A connected TCP socket of 127.0.0.1 as a descriptor that blocks. */
export function connectTcp(port) {
  const fd = check(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), 'socket');
  const address = Buffer.alloc(16);
  address.writeUInt16LE(AF_INET, 0);
  address.writeUInt16BE(port, 2);
  address.set([127, 0, 0, 1], 4);
  check(connect(fd, address, address.length), 'connect');
  check(setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, Buffer.from([1, 0, 0, 0]), 4), 'setsockopt');
  return fd;
}
