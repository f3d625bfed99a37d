import { afterEach, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { closeClients, connectTcp } from '../support/client.js';
import { configFile, endPrograms, Program } from '../support/program.js';

afterEach(async () => {
  closeClients();
  await endPrograms();
});

const tcp = { protocol: 'tcp', address: '127.0.0.1', port: 0 };

async function echoes(program: Program): Promise<void> {
  const [, port] = await program.said(/ tcp\] listening on \S+:(\d+)\n/);
  const client = await connectTcp(Number(port));
  client.socket.write('hello');
  expect(await client.got.text(5)).toBe('hello');
}

describe('a file in the place of a Unix socket', () => {
  it('is named and left alone, and the other servers serve', async () => {
    const path = await configFile('');
    const address = join(dirname(path), 'precious');
    await writeFile(address, 'precious');
    const servers = [{ protocol: 'socket', address }, tcp];
    await writeFile(path, JSON.stringify({ ports: [{ serial: { port: 'loop://' }, servers }] }));
    const program = new Program(['-v', '-c', path]);
    const [, said] = await program.said(/ERROR .*(Cannot listen on .*)\n/);
    expect(said).toBe(
      `Cannot listen on ${address}: there is a file that is no socket; it is left alone; trying again every 5 s`,
    );
    await echoes(program);
    expect(await readFile(address, 'utf8')).toBe('precious');
  });
});

/** Mounts are seen by the program alone; not every container lets it have them. */
const mounts = spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'none', '/mnt']).status === 0;
(mounts ? describe : describe.skip)('a folder that cannot be written', () => {
  it('makes a change fail with a sentence, and what ran before runs on', async () => {
    const path = await configFile({
      ports: [{ serial: { port: 'loop://' }, servers: [tcp] }],
      http: [{ address: '127.0.0.1', port: 0 }],
    });
    const before = await readFile(path, 'utf8');
    const readOnly = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"';
    const program = new Program(['-v', '-c', path], {}, [
      'unshare',
      '-rm',
      'sh',
      '-ec',
      readOnly,
      dirname(path),
    ]);
    const [, url] = await program.said(/listening on (http:\S+)\n/);
    const answer = await fetch(`${url}/api/ports`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ name: 'another', serial: { port: 'loop://' }, servers: [tcp] }),
    });
    expect([answer.status, await answer.json()]).toEqual([
      500,
      {
        error: `The change was not kept, cannot write ${path}: the file system is read-only`,
        code: 'CONFIG_NOT_WRITTEN',
      },
    ]);
    const { ports } = (await (await fetch(`${url}/api/status`)).json()) as { ports: unknown[] };
    expect(ports).toHaveLength(1);
    await echoes(program);
    expect(await readFile(path, 'utf8')).toBe(before);
  });
});
