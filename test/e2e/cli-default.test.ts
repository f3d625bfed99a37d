import { afterEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { lstat, mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer, Server } from 'node:net';
import { dirname, join } from 'node:path';
import { configFile, endPrograms, Program } from '../support/program.js';

const FIRST_PORT = 20080;
const holders: Server[] = [];

afterEach(async () => {
  await endPrograms();
  for (const holder of holders.splice(0)) holder.close();
});

/** Takes the first port from the given one that nobody has; which that is. */
async function holdFrom(port: number): Promise<number> {
  const holder = createServer();
  const taken = new Promise<boolean>((resolve) => holder.once('error', () => resolve(true)));
  holder.listen(port, '127.0.0.1');
  if (
    await Promise.race([
      taken,
      once(holder, 'listening').then(
        () => false,
        () => true,
      ),
    ])
  )
    return holdFrom(port + 1);
  holders.push(holder);
  return port;
}

/** A home folder with nothing in it but what the test puts there, and where the configuration goes. */
async function home() {
  const HOME = join(dirname(await configFile({})), 'home');
  await mkdir(HOME);
  return { HOME, path: join(HOME, '.config', 'ser2tcp', 'config.json') };
}

describe('without -c and without a file', () => {
  it('the default file is made with the first free port from 20080, and its address is told', async () => {
    const { HOME, path } = await home();
    const held = await holdFrom(FIRST_PORT);
    const free = await holdFrom(held + 1);
    holders.pop()?.close();
    const program = new Program(['-v'], { HOME });
    await program.said(/serving /);
    expect(program.stdout).toBe(`Made ${path} with an HTTP server at http://127.0.0.1:${free}\n`);
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({
      ports: [],
      http: [{ name: 'main', address: '127.0.0.1', port: free }],
    });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(dirname(path))).mode & 0o777).toBe(0o700);
  });

  it('it is made once, and read the next time', async () => {
    const { HOME, path } = await home();
    const first = new Program(['-v'], { HOME });
    await first.said(/serving /);
    first.child.kill('SIGTERM');
    expect((await first.ended).status).toBe(0);
    const made = await readFile(path, 'utf8');
    const second = new Program(['-v'], { HOME });
    await second.said(/serving /);
    expect(second.stdout).toBe('');
    expect(await readFile(path, 'utf8')).toBe(made);
  });
});

describe('without -c', () => {
  it('a file that is there is used, with its mistakes', async () => {
    const { HOME, path } = await home();
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, '{"ports": [],}');
    const stderr = `ser2tcp: ${path} is not JSON: property name expected at line 1, column 14\n`;
    expect(await new Program([], { HOME }).ended).toEqual({ status: 2, stdout: '', stderr });
  });

  it('a link that leads nowhere is left as it is', async () => {
    const { HOME, path } = await home();
    await mkdir(dirname(path), { recursive: true });
    await symlink('/does/not/exist', path);
    const stderr = `ser2tcp: Cannot read the configuration ${path}: there is no such file\n`;
    expect(await new Program([], { HOME }).ended).toEqual({ status: 2, stdout: '', stderr });
    expect((await lstat(path)).isSymbolicLink()).toBe(true);
  });
});
