import { type ChildProcess, spawn } from 'node:child_process';
import { Reader } from './reader.js';

const managers = new Set<ChildProcess>();

/** What a service manager is: it gets datagrams on a Unix socket; here they can be read. */
export async function startManager(address: string): Promise<Reader> {
  const where = address.startsWith('@') ? `ABSTRACT-RECV:${address.slice(1)}` : `UNIX-RECV:${address}`;
  const socat = spawn('socat', ['-d', '-d', '-u', where, 'STDOUT'], { stdio: ['ignore', 'pipe', 'pipe'] });
  managers.add(socat);
  await new Reader(socat.stderr).upTo('starting data transfer loop');
  return new Reader(socat.stdout);
}

/** For `afterEach`. */
export function endManagers(): void {
  for (const socat of managers) socat.kill();
  managers.clear();
}
