import { lstat, readFile, stat, unlink } from 'node:fs/promises';
import { connect } from 'node:net';
import { dirname, resolve } from 'node:path';
import { ListenFailed } from './net-server.js';

/** Longest path of a socket, in bytes; Node would cut a longer one off and make another file. */
export const SOCKET_PATH_BYTES = process.platform === 'linux' ? 107 : 103;

/**
 * The name to listen at: the absolute one, where the system takes one that long, so that others who want the same file
 * see without a connection who has it.
 */
export function nameOf(path: string): string {
  const absolute = resolve(path);
  return Buffer.byteLength(absolute) <= SOCKET_PATH_BYTES ? absolute : path;
}

/**
 * Takes away the Unix socket that a program which is gone has left, and nothing else.
 * @throws ListenFailed when something else stands there, or another program listens
 */
export async function removeStale(path: string): Promise<void> {
  const file = await lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  // Asked here, since libuv calls a missing folder a lack of permission.
  if (!file) return void (await stat(dirname(path)));
  if (!file.isSocket())
    throw new ListenFailed(path, new Error('there is a file that is no socket; it is left alone'));
  if (await answers(path)) throw new ListenFailed(path, new Error('another program listens on it'));
  await unlink(path);
}

async function answers(path: string): Promise<boolean> {
  // Linux tells without a connection, which might open a device there. A relative name stands there as it was given, and
  // may be one of any folder.
  const sockets = await readFile('/proc/net/unix', 'utf8').catch(() => '');
  const absolute = resolve(path);
  if (sockets.split('\n').some((line) => line.endsWith(` ${absolute}`))) return true;
  return new Promise((resolve) => {
    const probe = connect(path);
    probe.once('connect', () => {
      probe.destroy();
      resolve(true);
    });
    probe.once('error', (error: NodeJS.ErrnoException) => resolve(error.code !== 'ECONNREFUSED'));
  });
}
