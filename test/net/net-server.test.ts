import { describe, expect, it } from '@jest/globals';
import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const MODULE = join(import.meta.dirname, '..', '..', 'dist', 'net', 'net-server.js');
const LISTEN = `
const { createServer } = require('node:net');
import(${JSON.stringify(MODULE)}).then(async ({ boundAddress, listen }) => {
  const server = createServer();
  const where = { host: 'localhost', port: 0 };
  await listen(server, where);
  console.log(server.address().address, boundAddress(server, where));
  server.close();
});`;
const hasMounts = () => spawnSync('unshare', ['--mount', 'true']).status === 0;

(hasMounts() ? describe : describe.skip)('a server at a host name', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1 localhost\n::1 localhost\n'],
    ['::1', '::1 localhost\n'],
  ])('listens on %s where /etc/hosts has %j, and says so', async (address, hosts) => {
    const folder = await mkdtemp(join(tmpdir(), 'ser2tcp-hosts-'));
    await writeFile(join(folder, 'hosts'), hosts);
    const script = 'mount --bind "$0" /etc/hosts && exec "$1" -e "$2"';
    const inside = ['sh', '-c', script, join(folder, 'hosts'), process.execPath, LISTEN];
    const { stdout } = await promisify(execFile)('unshare', ['--mount', ...inside]);
    await rm(folder, { recursive: true });
    const shown = address.includes(':') ? `[${address}]` : address;
    expect(stdout).toMatch(new RegExp(`^${address} ${shown.replace(/[[\]]/g, '\\$&')}:\\d+\\n$`));
  });
});
