import { lstat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { ConfigFile } from './config-file.js';

const FIRST_PORT = 20080;
const LAST_PORT = 20180;
const ADDRESS = '127.0.0.1';

/**
 * Makes the file of a first start, unless there is one: an HTTP server on this machine alone.
 * @returns the address of that server, when the file was made
 */
export async function ensureDefaultConfig(file: ConfigFile): Promise<string | undefined> {
  // A link that leads nowhere is not replaced either.
  const exists = await lstat(file.path).then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code !== 'ENOENT',
  );
  if (exists) return undefined;
  const port = await firstFreePort();
  await file.create({ ports: [], http: [{ name: 'main', address: ADDRESS, port }] });
  return `http://${ADDRESS}:${port}`;
}

async function firstFreePort(): Promise<number> {
  for (let port = FIRST_PORT; port < LAST_PORT; port++) if (await isFree(port)) return port;
  return LAST_PORT;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ host: ADDRESS, port }, () => probe.close(() => resolve(true)));
  });
}
