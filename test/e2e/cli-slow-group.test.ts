import { afterEach, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { closeClients, connectTcp } from '../support/client.js';
import { endManagers, startManager } from '../support/manager.js';
import { describeWith } from '../support/needs.js';
import { configFile, endPrograms, Program } from '../support/program.js';
import { closePtys, openPty } from '../support/pty.js';
import type { Reader } from '../support/reader.js';
import { slowGroup } from '../support/slow-group.js';

const run = promisify(execFile);

afterEach(async () => {
  closeClients();
  await endPrograms();
  await closePtys();
  endManagers();
});

const tcp = { protocol: 'tcp', address: '127.0.0.1', port: 0 };
const portWith = (...servers: object[]) => ({ serial: { port: 'loop://' }, servers });

/** A configuration whose socket server does not learn the number of its group, and who looks on. */
async function withSlowGroup() {
  const path = await configFile({ ports: [] });
  const folder = dirname(path);
  const slow = { protocol: 'socket', address: join(folder, 'socket'), group: 'slow' };
  const ports = [portWith(slow), portWith(tcp)];
  const address = join(folder, 'notify');
  const group = await slowGroup(folder);
  return {
    path,
    full: JSON.stringify({ ports, http: [{ address: '127.0.0.1', port: 0 }] }),
    address,
    manager: await startManager(address),
    group,
    slow,
    env: { NOTIFY_SOCKET: address, PATH: group.path },
  };
}

/** What the manager was told from now on, of a program that has ended. */
async function rest(manager: Reader, address: string): Promise<string> {
  await run('socat', ['-u', 'EXEC:echo END', `UNIX-SENDTO:${address}`]);
  return manager.upTo('END\n');
}

describeWith(['socat'], 'a start in which a socket server waits for the number of its group', () => {
  it('opens all else at once, is over after 10 s, and the server listens when the number is there', async () => {
    const { path, full, manager, group, env } = await withSlowGroup();
    await writeFile(path, full);
    const since = performance.now();
    const program = new Program(['-v', '-c', path], env);
    const [, url = ''] = await program.said(/listening on (http:\S+)/);
    await group.asked;
    expect((await fetch(`${url}/api/health/ready`)).status).toBe(503);
    await manager.upTo('READY=1\nSTATUS=ports: 2, servers that listen: 2 of 3, clients: 0\n');
    expect(performance.now() - since).toBeGreaterThan(9000);
    await program.said(
      /WARNING \[loop:\/\/ socket\] It does not listen yet: .*; the others go on without it\n/,
    );
    const status = (await (await fetch(`${url}/api/status`)).json()) as { ports: { servers: object[] }[] };
    expect(status.ports[0]?.servers[0]).toMatchObject({
      state: 'error',
      reason:
        'It does not listen yet: the system still looks for its host name, owner or group, or reads its certificate files',
    });
    expect((await fetch(`${url}/api/health/ready`)).status).toBe(200);
    await group.answer();
    await program.said(/\[loop:\/\/ socket\] listening on /);
    await manager.upTo('STATUS=ports: 2, servers that listen: 3 of 3, clients: 0\n');
    program.child.kill('SIGTERM');
    expect((await program.ended).stderr.split('socket] listening on ')).toHaveLength(2);
  }, 40_000);
});

describeWith(['socat'], 'a signal to end while a socket server waits for the number of its group', () => {
  it('in the start: nothing more is opened, its file goes, and nobody is told that all is ready', async () => {
    const { path, full, address, manager, group, env } = await withSlowGroup();
    await writeFile(path, full);
    const program = new Program(['-v', '-c', path], env);
    await group.asked;
    program.child.kill('SIGHUP');
    program.child.kill('SIGTERM');
    expect((await program.ended).status).toBe(0);
    expect(program.stderr).toMatch(/SIGTERM: stopping\n$/);
    expect(await readdir(dirname(path))).not.toContain('socket');
    expect(await rest(manager, address)).toBe('STOPPING=1\nSTATUS=stopping\nEND\n');
  });

  it('in a reload: that is given up, its file goes, and nobody is told that all is ready', async () => {
    const { path, full, address, manager, group, env } = await withSlowGroup();
    await writeFile(path, JSON.stringify({ ports: [portWith(tcp)] }));
    const program = new Program(['-v', '-c', path], env);
    await manager.upTo('READY=1\n');
    await writeFile(path, full);
    program.child.kill('SIGHUP');
    await group.asked;
    program.child.kill('SIGTERM');
    expect((await program.ended).status).toBe(0);
    expect(program.stderr).toMatch(/SIGTERM: stopping\n$/);
    expect(await readdir(dirname(path))).not.toContain('socket');
    expect(await rest(manager, address)).toMatch(
      /RELOADING=1\nMONOTONIC_USEC=\d+\nSTOPPING=1\nSTATUS=stopping\nEND\n$/,
    );
  });

  it('in a reload that replaces a port: the old one and its client are closed in order', async () => {
    const { path, full, group, env } = await withSlowGroup();
    const pty = await openPty();
    await writeFile(path, JSON.stringify({ ports: [{ serial: { port: pty.path }, servers: [tcp] }] }));
    const program = new Program(['-v', '-c', path], env);
    const client = await connectTcp(await program.tcpPort());
    await program.said(/ connected /);
    await writeFile(path, full);
    program.child.kill('SIGHUP');
    await group.asked;
    program.child.kill('SIGTERM');
    expect(await client.ended).toBe('end');
    expect((await program.ended).status).toBe(0);
    expect(program.stderr).toMatch(/ the server stops\n/);
    expect(program.stderr).toContain(`closed ${pty.path}\n`);
  });

  it('in a reload that is taken back: the one that would run again does not, and its file goes', async () => {
    const { path, group, env, slow } = await withSlowGroup();
    await writeFile(path, JSON.stringify({ ports: [portWith(slow)] }));
    const program = new Program(['-v', '-c', path], env);
    await group.asked;
    await group.answer();
    await program.said(/ serving /);
    // This machine does not have the address of the http entry.
    const ports = [portWith({ ...slow, group: undefined })];
    await writeFile(path, JSON.stringify({ ports, http: [{ address: '192.0.2.1', port: 0 }] }));
    const again = group.askedAgain();
    program.child.kill('SIGHUP');
    await again;
    program.child.kill('SIGTERM');
    expect((await program.ended).status).toBe(0);
    expect(await readdir(dirname(path))).not.toContain('socket');
  });
});
