import { lstat, readFile, stat, unlink } from 'node:fs/promises';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { ListenFailed } from './net-server.js';

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
  // Linux tells without a connection, which might open a device there.
  const sockets = await readFile('/proc/net/unix', 'utf8').catch(() => '');
  if (sockets.split('\n').some((line) => line.endsWith(` ${path}`))) return true;
  return new Promise((resolve) => {
    const probe = connect(path);
    probe.once('connect', () => {
      probe.destroy();
      resolve(true);
    });
    probe.once('error', (error: NodeJS.ErrnoException) => resolve(error.code !== 'ECONNREFUSED'));
  });
}
