import { afterEach, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { endManagers, startManager } from '../support/manager.js';
import { describeWith } from '../support/needs.js';
import { configFile, endPrograms, Program } from '../support/program.js';
import { until } from '../support/until.js';

afterEach(async () => {
  await endPrograms();
  endManagers();
});

const ports = [
  { serial: { port: 'loop://' }, servers: [{ protocol: 'tcp', address: '127.0.0.1', port: 0 }] },
];

/** The letter of Linux for what a process does: `T` when it is stopped (proc_pid_stat(5)). */
const stateOf = (pid: number | undefined) =>
  /^\d+ \(.*\) (\w)/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1];

/** No package koffi in the program that gets this. */
const WITHOUT_KOFFI = `--import data:text/javascript,${encodeURIComponent(
  `import{register}from"node:module";register('data:text/javascript,${encodeURIComponent(
    'export async function resolve(name,context,next){if(name==="koffi")throw new Error("gone");return next(name,context)}',
  ).replaceAll("'", '%27')}')`,
)}`;

describeWith(['socat'], 'a program that a service manager starts', () => {
  it.each<[string, (folder: string) => string]>([
    ['a path', (folder) => join(folder, 'notify')],
    ['an abstract address', () => `@ser2tcp-test-${process.pid}`],
  ])('tells it at %s when it is ready, reloads, lives and stops', async (_what, addressIn) => {
    const path = await configFile({ ports });
    const address = addressIn(dirname(path));
    const manager = await startManager(address);
    const program = new Program(['-v', '-c', path], { NOTIFY_SOCKET: address, WATCHDOG_USEC: '200000' });
    await manager.upTo('READY=1\nSTATUS=ports: 1, servers that listen: 1 of 1, clients: 0\n');
    await manager.upTo('WATCHDOG=1\n');
    await manager.upTo('WATCHDOG=1\n');
    await writeFile(path, JSON.stringify({ ports: [...ports, ...ports] }));
    program.child.kill('SIGHUP');
    expect(await manager.upTo('READY=1\n')).toMatch(/RELOADING=1\nMONOTONIC_USEC=\d+\n/);
    await program.said(/was edited and is in use/);
    await manager.upTo('STATUS=ports: 2, servers that listen: 2 of 2, clients: 0\n');
    program.child.kill('SIGTERM');
    await manager.upTo('STOPPING=1\nSTATUS=stopping\n');
    expect((await program.ended).status).toBe(0);
  });

  it('shows no life while its event loop stands still', async () => {
    const path = await configFile({ ports });
    const address = join(dirname(path), 'notify');
    const manager = await startManager(address);
    const program = new Program(['-c', path], { NOTIFY_SOCKET: address, WATCHDOG_USEC: '100000' });
    await manager.upTo('WATCHDOG=1\n');
    program.child.kill('SIGSTOP');
    await until(() => stateOf(program.child.pid) === 'T');
    // What it said before is still under way.
    await manager.untilSilent(100);
    // A measurement: the time of six signs of life.
    expect((await manager.untilSilent(300)).toString()).toBe('');
    program.child.kill('SIGCONT');
    await manager.upTo('WATCHDOG=1\nWATCHDOG=1\nWATCHDOG=1\n');
  });

  it('is told for another process when the watchdog is not its own', async () => {
    const path = await configFile({ ports });
    const address = join(dirname(path), 'notify');
    const manager = await startManager(address);
    const env = { NOTIFY_SOCKET: address, WATCHDOG_USEC: '1000', WATCHDOG_PID: '1' };
    const program = new Program(['-c', path], env);
    await manager.upTo('READY=1\n');
    program.child.kill('SIGTERM');
    expect((await program.ended).status).toBe(0);
    expect(await manager.upTo('STOPPING=1\n')).not.toContain('WATCHDOG');
  });

  it('serves also when nobody listens to it', async () => {
    const path = await configFile({ ports });
    const program = new Program(['-v', '-c', path], { NOTIFY_SOCKET: join(dirname(path), 'nobody') });
    await program.said(/ERROR \[service\] the service manager cannot be told: nobody takes messages at /);
    expect(program.stderr).toContain('serving ');
  });
});

describeWith(['socat', 'systemd-notify'], 'without the package koffi', () => {
  it("systemd's own tool tells the service manager", async () => {
    const path = await configFile({ ports });
    const address = join(dirname(path), 'notify');
    const manager = await startManager(address);
    const program = new Program(['-v', '-c', path], { NOTIFY_SOCKET: address, NODE_OPTIONS: WITHOUT_KOFFI });
    await manager.upTo('STATUS=ports: 1, servers that listen: 1 of 1, clients: 0');
    await program.said(/serving /);
  });

  it('the program does not end before a slow service manager knows that it stops', async () => {
    const path = await configFile({ ports });
    const [told, tool] = [join(dirname(path), 'told'), join(dirname(path), 'systemd-notify')];
    await writeFile(tool, `#!/bin/sh\nsleep 0.2\necho "$*" >> '${told}'\n`, { mode: 0o755 });
    const env = { NOTIFY_SOCKET: 'any', NODE_OPTIONS: WITHOUT_KOFFI, PATH: `${dirname(path)}:/usr/bin:/bin` };
    const program = new Program(['-v', '-c', path], env);
    await program.said(/serving /);
    program.child.kill('SIGTERM');
    expect((await program.ended).status).toBe(0);
    expect(await readFile(told, 'utf8')).toMatch(/^READY=1 .*\nSTOPPING=1 STATUS=stopping\n$/);
  });

  it('and without that the log says so', async () => {
    const path = await configFile({ ports });
    const env = { NOTIFY_SOCKET: join(dirname(path), 'notify'), NODE_OPTIONS: WITHOUT_KOFFI, PATH: '' };
    const program = new Program(['-v', '-c', path], env);
    await program.said(
      /cannot be told: neither the package koffi nor the program systemd-notify can be used/,
    );
  });
});
