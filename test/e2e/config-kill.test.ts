import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { watch } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { ConfigFile } from '../../src/config/config-file.js';

const SCRIPT = join(import.meta.dirname, '..', 'support', 'change-config.mjs');
const CHANGES = 100;
/** Kills of one folder at most. */
const ROUNDS = 15;
/** Changes of the folder while a file is replaced a hundred times: made, written, renamed. */
const MOMENTS = 4 * CHANGES;
const NOBODY = 65534;

/** As the script makes it. */
const documentOf = (generation: number) => ({
  ports: [],
  generation,
  filler: String(generation).repeat(20_000),
});

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ser2tcp-kill-'));
  path = join(folder, 'config.json');
  await writeFile(path, JSON.stringify(documentOf(0)));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Starts a hundred changes and ends them at the given change of the folder; what the last one was that was told. */
async function killedAt(moment: number, within: string, file: string) {
  const watcher = watch(within);
  let seen = 0;
  const child = spawn(process.execPath, [SCRIPT, file, String(CHANGES)]);
  watcher.on('change', () => {
    if (++seen === moment) child.kill('SIGKILL');
  });
  const told = text(child.stdout);
  await once(child, 'close');
  watcher.close();
  return { killed: child.signalCode === 'SIGKILL', accepted: Number((await told).trim().split('\n').at(-1)) };
}

/** Kills one after the other, in a folder of its own, until the time is over; how many there were. */
async function killAgainAndAgain(name: string, until: number): Promise<number> {
  const within = join(folder, name);
  await mkdir(within);
  const file = new ConfigFile(join(within, 'config.json'));
  let kills = 0;
  for (let round = 0; round < ROUNDS && performance.now() < until; round++) {
    await writeFile(file.path, JSON.stringify(documentOf(0)));
    const moment = 1 + Math.floor(Math.random() * MOMENTS);
    const { killed, accepted } = await killedAt(moment, within, file.path);
    if (killed) kills++;
    const { document } = (await file.read()).config;
    // The one that was under way may have been written and not been told.
    expect([accepted, accepted + 1]).toContain(document['generation']);
    expect(document).toEqual(documentOf(document['generation'] as number));
  }
  // What the last one left is no hindrance.
  await file.write({ ports: [] });
  expect(await readdir(within)).toEqual(['config.json']);
  return kills;
}

describe('a program that is killed while it changes its configuration a hundred times', () => {
  it('leaves a file that loads, and is one of those that were accepted', async () => {
    const until = performance.now() + 10_000;
    const kills = await Promise.all(['a', 'b', 'c'].map((name) => killAgainAndAgain(name, until)));
    expect(kills.reduce((sum, count) => sum + count)).toBeGreaterThan(2);
  });
});

describe('a change that cannot be written', () => {
  const run = promisify(execFile);
  const root = process.getuid?.() === 0;
  /** Two attempts by a user without rights; their sentences. */
  const change = async () => {
    const { stdout } = await run(process.execPath, [SCRIPT, path, '2', ...(root ? [String(NOBODY)] : [])]);
    return stdout.trim().split('\n');
  };
  const ADVICE = 'no permission; give the user that runs ser2tcp the right to it and to its folder';

  it('in a folder that is read-only leaves the file and what runs', async () => {
    await chmod(path, 0o444);
    await chmod(folder, 0o555);
    const sentence = `ConfigNotWritten: The change was not kept, cannot write ${path}: ${ADVICE}; running: 0`;
    expect(await change()).toEqual([sentence, sentence]);
    await chmod(folder, 0o755);
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual(documentOf(0));
  });

  it('is kept in a file that may be written, in a folder that may not', async () => {
    await chmod(path, 0o666);
    const { uid, ino } = await stat(path);
    await chmod(folder, 0o555);
    expect(await change()).toEqual(['1', '2']);
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual(documentOf(2));
    expect(await stat(path)).toMatchObject({ uid, ino });
    await chmod(folder, 0o755);
    expect(await readdir(folder)).toEqual(['config.json']);
  });

  it('is kept in a folder that may be written and not listed', async () => {
    await chmod(folder, 0o333);
    await chmod(path, 0o644);
    expect(await change()).toEqual(['1', '2']);
    await chmod(folder, 0o755);
    expect(await readdir(folder)).toEqual(['config.json']);
  });

  it('is not even tried with a file that may not be read', async () => {
    await chmod(folder, 0o755);
    await chmod(path, 0o000);
    expect(await change()).toEqual([`ConfigUnreadable: Cannot read the configuration ${path}: ${ADVICE}`]);
  });
});

/** Mounts are seen by the program alone; not every container lets it have them. */
const mounts = spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'none', '/mnt']).status === 0;
(mounts ? describe : describe.skip)('a change where the system has no place for it', () => {
  it.each<[string, string, string]>([
    [
      'the file system is read-only',
      'mount -t tmpfs none "$1" && cp "$2" "$1" && mount -o remount,ro "$1"',
      'the file system is read-only',
    ],
    [
      'the file is mounted by itself, read-only',
      'cp "$2" "$1" && mount --bind "$1/config.json" "$1/config.json" && mount -o remount,bind,ro "$1/config.json"',
      'the file is a mount point and cannot be replaced; mount its folder instead',
    ],
    ['the disk is full', 'mount -t tmpfs -o size=32k none "$1" && cp "$2" "$1"', 'there is no space left'],
  ])('leaves the file and what runs: %s', async (_what, prepare, reason) => {
    const { inside, said } = await change(prepare);
    const sentence = `ConfigNotWritten: The change was not kept, cannot write ${inside}: ${reason}; running: 0\n`;
    expect(said).toBe(sentence + sentence);
  });

  it('is written in place where the file is mounted by itself', async () => {
    const mounted = 'cp "$2" "$1" && mount --bind "$1"/config.json "$1"/config.json';
    expect((await change(mounted)).said).toBe('1\n2\n');
    expect(JSON.parse(await readFile(join(folder, 'place', 'config.json'), 'utf8'))).toEqual(documentOf(2));
  });

  /** Two attempts below a folder as some commands make it, `$1`, from the file `$2`. */
  async function change(prepare: string): Promise<{ inside: string; said: string }> {
    const place = join(folder, 'place');
    await mkdir(place);
    const script = `${prepare} && node="$3" && shift 3 && exec "$node" "$@"`;
    const inside = join(place, 'config.json');
    const shell = ['-rm', 'sh', '-ec', script, 'sh', place, path, process.execPath, SCRIPT, inside, '2'];
    const { stdout } = await promisify(execFile)('unshare', shell);
    return { inside, said: stdout };
  }
});
