import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { watch as watchFolder } from 'node:fs';
import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { connect, createServer, Server, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endChildren, startChild } from '../support/child.js';
import { describeWith } from '../support/needs.js';
import { configFile, endPrograms, Program } from '../support/program.js';
import { Reader } from '../support/reader.js';
import { startServer, stopServers, tcp } from '../support/server.js';

/** A group beside one's own that a file may be given: root may give any. */
const [groupName, groupId] = ((): [string, number] => {
  const groups = process.getuid?.() === 0 ? ['daemon', '1'] : [run('id', '-gn'), run('id', '-g')];
  return [groups[0] as string, Number(groups[1])];
})();
const describeAsRoot = process.getuid?.() === 0 ? describe : describe.skip;

let folder: string;
let path: string;
const open = new Set<Socket | Server>();

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ser2tcp-unix-'));
  path = join(folder, 'port.sock');
});
afterEach(async () => {
  for (const one of open)
    if (one instanceof Socket) one.destroy();
    else one.close();
  open.clear();
  await endChildren();
  await endPrograms();
  await stopServers();
  await rm(folder, { recursive: true, force: true });
});

function run(command: string, ...args: string[]): string {
  return execFileSync(command, args, { encoding: 'utf8' }).trim();
}

const socketServer = (more: object = {}) => ({ protocol: 'socket', address: path, ...more });
const loop = (...servers: object[]) => ({ ports: [{ serial: { port: 'loop://' }, servers }] });
const permissions = async (of = path) => ((await stat(of)).mode & 0o777).toString(8);

async function connectUnix(to = path): Promise<{ socket: Socket; got: Reader }> {
  const socket = connect(to);
  open.add(socket);
  socket.on('error', () => {});
  await once(socket, 'connect');
  return { socket, got: new Reader(socket) };
}

async function echoes(to = path): Promise<void> {
  const { socket, got } = await connectUnix(to);
  socket.write('echo');
  expect(await got.text(4)).toBe('echo');
}

/** The first complaint about a server that does not listen. */
const report = (why: string) =>
  `ERROR [loop:// socket] Cannot listen on ${path}: ${why}; trying again every 5 s`;

describeWith(['socat'], 'a Unix socket server', () => {
  it('talks to socat, and gives each client a number', async () => {
    const server = await startServer(loop(socketServer()));
    const first = startChild('socat', ['-', `UNIX-CONNECT:${path}`]);
    first.in.write('one');
    expect(await first.out.text(3)).toBe('one');
    const second = startChild('socat', ['-', `UNIX-CONNECT:${path}`]);
    second.in.write('two');
    expect(await second.out.text(3)).toBe('two');
    first.in.end();
    await server.log.line(/ disconnected /);
    const logged = server.log.lines.filter((line) => line.includes('connected'));
    expect(logged.map((line) => line.replace(/^INFO \[loop:\/\/ socket c\d+\] /, ''))).toEqual([
      `connected ${path}#1`,
      `connected ${path}#2`,
      `disconnected ${path}#1`,
    ]);
  });

  it('answers a client that has closed its own direction', async () => {
    await startServer(loop(socketServer()));
    const client = startChild('socat', ['-t', '5', '-', `UNIX-CONNECT:${path}`]);
    client.in.end('question');
    expect((await client.out.rest()).toString()).toBe('question');
  });

  it('replaces the socket that a killed program left behind', async () => {
    const killed = new Program(['-v', '-c', await configFile(loop(socketServer()))]);
    await killed.said(/listening on .*\n/);
    killed.child.kill('SIGKILL');
    await killed.ended;
    expect((await lstat(path)).isSocket()).toBe(true);
    await startServer(loop(socketServer()));
    await echoes();
  });

  it('removes the socket when the program ends', async () => {
    const program = new Program(['-v', '-c', await configFile(loop(socketServer()))]);
    await program.said(/listening on .*\n/);
    program.child.kill('SIGTERM');
    expect((await program.ended).status).toBe(0);
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('the file of a Unix socket server', () => {
  it.each([
    ['022', '755'],
    ['002', '775'],
    ['077', '700'],
  ])('has the permissions that the system gives it unless told, with umask %s', async (umask, mode) => {
    const before = process.umask(umask);
    try {
      await startServer(loop(socketServer()));
    } finally {
      process.umask(before);
    }
    expect(await permissions()).toBe(mode);
  });

  it.each(['600', '660', '0666', '777'])('has the mode %s when told', async (mode) => {
    const umask = process.umask();
    await startServer(loop(socketServer({ mode })));
    expect(await permissions()).toBe(mode.slice(-3));
    expect(process.umask()).toBe(umask);
  });

  it.each([
    ['name', groupName],
    ['number', groupId],
    ['number in a text', String(groupId)],
  ])('has the group that is given by %s', async (_by, group) => {
    await startServer(loop(socketServer({ group, mode: '660' })));
    expect((await stat(path)).gid).toBe(groupId);
    expect(await permissions()).toBe('660');
  });

  it('may leave mode, owner and group to the system by null', async () => {
    const umask = process.umask(0o002);
    await startServer(loop(socketServer({ mode: null, owner: null, group: null }))).finally(() =>
      process.umask(umask),
    );
    expect(await permissions()).toBe('775');
  });

  it('serves a client that comes before its group is set', async () => {
    const watch = watchFolder(folder);
    const appears = once(watch, 'change');
    const starting = startServer(loop(socketServer({ group: groupName })));
    await appears;
    watch.close();
    await echoes();
    await starting;
  });

  it.each([
    ['group', 'there is no group no-such-name'],
    ['owner', 'there is no user no-such-name'],
  ])('is not left behind when its %s does not exist', async (key, why) => {
    const server = await startServer(loop(socketServer({ [key]: 'no-such-name' })));
    expect(server.log.lines).toContain(report(why));
    expect(await readdir(folder)).toEqual([]);
  });

  it('is gone when the server stops or is removed from the configuration', async () => {
    const server = await startServer(loop(socketServer(), tcp()));
    const { got } = await connectUnix();
    await server.log.line(/ connected /);
    await server.config.change((draft) => {
      (draft as { ports: { servers: unknown[] }[] }).ports[0]?.servers.shift();
    });
    expect(await readdir(folder)).toEqual([]);
    expect((await got.rest()).toString()).toBe('');
  });
});

describe('a Unix socket server that finds something in its place', () => {
  it.each([
    ['a regular file', () => writeFile(path, 'precious')],
    ['a folder', () => mkdir(path)],
    ['a link to a file', () => writeFile(join(folder, 'file'), '').then(() => symlink('file', path))],
    ['a link to nowhere', () => symlink('nowhere', path)],
  ])('leaves %s alone, and says so', async (_what, make) => {
    await make();
    const before = await lstat(path);
    const server = await startServer(loop(socketServer(), tcp()));
    expect(server.log.lines).toContain(report('there is a file that is no socket; it is left alone'));
    expect(server.log.lines).toContainEqual(expect.stringContaining(' tcp] listening on '));
    await server.stop();
    const { ino, mode } = await lstat(path);
    expect({ ino, mode }).toEqual({ ino: before.ino, mode: before.mode });
  });

  it('does not touch what stands in that file, and serves when it is gone', async () => {
    await writeFile(path, 'precious');
    const server = await startServer(loop(socketServer()));
    expect(await readFile(path, 'utf8')).toBe('precious');
    await rm(path);
    await server.log.line(/listening on/);
    await echoes();
  });

  it('leaves the socket of a living program to it, also when it stops', async () => {
    let visits = 0;
    const other = createServer((socket) => {
      visits++;
      socket.on('error', () => {}).end('other');
    }).listen(path);
    open.add(other);
    await once(other, 'listening');
    const server = await startServer(loop(socketServer()));
    expect(server.log.lines).toContain(report('another program listens on it'));
    await server.stop();
    const { got } = await connectUnix();
    expect(await got.text(5)).toBe('other');
    expect(visits).toBe(1);
  });

  it('leaves a socket to a program that knows it by another name', async () => {
    const other = startChild(process.execPath, [
      '-e',
      `process.chdir(${JSON.stringify(folder)}); require('net').createServer().listen('port.sock', () => console.log('up'))`,
    ]);
    await other.out.text(2);
    const server = await startServer(loop(socketServer()));
    expect(server.log.lines).toContain(report('another program listens on it'));
  });

  it('replaces a stale socket', async () => {
    const other = startChild(process.execPath, [
      '-e',
      `require('net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`,
    ]);
    await other.ended;
    expect((await lstat(path)).isSocket()).toBe(true);
    await startServer(loop(socketServer()));
    await echoes();
  });
});

describe('a Unix socket server with a path that cannot be', () => {
  it('may have as many bytes as the system allows', async () => {
    path = join(folder, 'p'.repeat(107 - folder.length - 1));
    await startServer(loop(socketServer()));
    expect(await readdir(folder)).toEqual(['p'.repeat(107 - folder.length - 1)]);
    await echoes();
  });

  it.each([
    ['too long', () => 'p'.repeat(108 - folder.length - 1), 108],
    ['too long in bytes, not in letters', () => 'ü'.repeat(53), undefined],
    ['longer than any file', () => 'p'.repeat(300), undefined],
  ])('says that it is %s, and makes no file', async (_what, name, bytes) => {
    path = join(folder, name());
    const server = await startServer(loop(socketServer()));
    const length = bytes ?? Buffer.byteLength(path);
    expect(server.log.lines).toContain(
      report(`the path has ${length} bytes, and that of a socket may have 107`),
    );
    expect(await readdir(folder)).toEqual([]);
  });

  it('says that its folder does not exist', async () => {
    path = join(folder, 'missing', 'port.sock');
    const server = await startServer(loop(socketServer()));
    expect(server.log.lines).toContain(report('its folder does not exist'));
  });

  it('says that its folder is a file', async () => {
    await writeFile(join(folder, 'file'), '');
    path = join(folder, 'file', 'port.sock');
    const server = await startServer(loop(socketServer()));
    expect(server.log.lines).toContainEqual(expect.stringContaining(`Cannot listen on ${path}: `));
  });
});

describeAsRoot('the file of a Unix socket server, where root may decide', () => {
  it('has the owner that is given by name', async () => {
    await startServer(loop(socketServer({ owner: 'daemon' })));
    expect(await stat(path)).toMatchObject({ uid: 1, gid: 0 });
    // Without a mode, it stays its owner's alone.
    expect(await permissions()).toBe('600');
  });

  it.each(['700', '755'])('says that it may not make a file there, for a folder of mode %s', async (mode) => {
    await chmod(folder, parseInt(mode, 8));
    // Root may do everything, so the server starts as nobody.
    process.seteuid?.(65534);
    const server = await startServer(loop(socketServer())).finally(() => process.seteuid?.(0));
    expect(server.log.lines).toContain(report('no permission to make a file there'));
  });
});
