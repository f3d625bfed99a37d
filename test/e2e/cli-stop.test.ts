import { afterEach, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { endManagers, startManager } from '../support/manager.js';
import { describeWith } from '../support/needs.js';
import { configFile, endPrograms, Program } from '../support/program.js';
import type { Reader } from '../support/reader.js';

const run = promisify(execFile);

afterEach(async () => {
  await endPrograms();
  endManagers();
});

const tcp = { protocol: 'tcp', address: '127.0.0.1', port: 0 };
const portWith = (...servers: object[]) => ({ serial: { port: 'loop://' }, servers });

/** A folder whose socket server never learns the number of its group; `asked` is done when it is looked up. */
async function slowGroup() {
  const path = await configFile({ ports: [] });
  const folder = dirname(path);
  const [socket, fifo, address] = ['socket', 'asked', 'notify'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  await run('mkfifo', [fifo]);
  await writeFile(join(folder, 'getent'), `#!/bin/sh\necho asked > '${fifo}'\nexec sleep 20\n`, {
    mode: 0o755,
  });
  const slow = { protocol: 'socket', address: socket, group: 'slow' };
  const full = JSON.stringify({
    ports: [portWith(slow), portWith(tcp)],
    http: [{ address: '127.0.0.1', port: 0 }],
  });
  const manager = await startManager(address);
  const asked = readFile(fifo);
  return {
    path,
    full,
    address,
    manager,
    asked,
    env: { NOTIFY_SOCKET: address, PATH: `${folder}:/usr/bin:/bin` },
  };
}

/** What the manager was told from now on, of a program that has ended. */
async function rest(manager: Reader, address: string): Promise<string> {
  await run('socat', ['-u', 'EXEC:echo END', `UNIX-SENDTO:${address}`]);
  return manager.upTo('END\n');
}

describeWith(['socat'], 'a signal to end while a socket server waits for the number of its group', () => {
  it('in the start: nothing more is opened, its file goes, and nobody is told that all is ready', async () => {
    const { path, full, address, manager, asked, env } = await slowGroup();
    await writeFile(path, full);
    const program = new Program(['-v', '-c', path], env);
    await asked;
    program.child.kill('SIGHUP');
    program.child.kill('SIGTERM');
    expect((await program.ended).status).toBe(0);
    expect(program.stderr).toMatch(/SIGTERM: stopping\n$/);
    expect(await readdir(dirname(path))).not.toContain('socket');
    expect(await rest(manager, address)).toBe('STOPPING=1\nSTATUS=stopping\nEND\n');
  });

  it('in a reload: that is given up, its file goes, and nobody is told that all is ready', async () => {
    const { path, full, address, manager, asked, env } = await slowGroup();
    await writeFile(path, JSON.stringify({ ports: [portWith(tcp)] }));
    const program = new Program(['-v', '-c', path], env);
    await manager.upTo('READY=1\n');
    await writeFile(path, full);
    program.child.kill('SIGHUP');
    await asked;
    program.child.kill('SIGTERM');
    expect((await program.ended).status).toBe(0);
    expect(program.stderr).toMatch(/SIGTERM: stopping\n$/);
    expect(await readdir(dirname(path))).not.toContain('socket');
    expect(await rest(manager, address)).toMatch(
      /RELOADING=1\nMONOTONIC_USEC=\d+\nSTOPPING=1\nSTATUS=stopping\nEND\n$/,
    );
  });
});
