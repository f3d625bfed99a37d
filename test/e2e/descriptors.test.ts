import { afterEach, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { closeClients, connectTcp } from '../support/client.js';
import { describeWith } from '../support/needs.js';
import { configFile, endPrograms, Program } from '../support/program.js';
import { closePtys, openPty } from '../support/pty.js';
import { Reader } from '../support/reader.js';
import { inTheEnd, steady } from '../support/steady.js';

afterEach(async () => {
  closeClients();
  await endPrograms();
  await closePtys();
});

const servers = [{ protocol: 'tcp', address: '127.0.0.1', port: 0 }];

/** Descriptors, and how many of them are TCP sockets that listen (state 0A). */
async function census(program: Program) {
  const folder = `/proc/${program.child.pid}`;
  const links = await Promise.all(
    (await readdir(`${folder}/fd`)).map((fd) => readlink(`${folder}/fd/${fd}`).catch(() => '')),
  );
  const tcp = await readFile(`${folder}/net/tcp`, 'utf8');
  const rows = tcp.split('\n').map((line) => line.trim().split(/\s+/));
  const listening = rows.filter(
    ([, , , state, , , , , , inode]) => state === '0A' && links.includes(`socket:[${inode}]`),
  );
  return { descriptors: links.length, listening: listening.length };
}

describeWith(['socat'], 'the descriptors of the program', () => {
  it('are as many after 500 connects with traffic as before the first, and as many sockets listen', async () => {
    const pty = await openPty();
    const program = new Program([
      '-v',
      '-c',
      await configFile({ ports: [{ serial: { port: pty.path }, servers }] }),
    ]);
    const port = await program.tcpPort();
    const atDevice = new Reader(pty.got);
    await program.said(/ serving /);
    const before = await steady(() => census(program));
    for (let round = 1; round <= 50; round++) {
      const clients = await Promise.all(Array.from({ length: 10 }, () => connectTcp(port)));
      await program.saidTimes(round * 10, ' connected ');
      for (const { socket } of clients) socket.write('to the device');
      expect(await atDevice.text(130)).toBe('to the device'.repeat(10));
      pty.send.write('from the device');
      for (const { got } of clients) expect(await got.text(15)).toBe('from the device');
      clients.forEach(({ socket }, index) => (index % 2 ? socket.end() : socket.resetAndDestroy()));
      await program.saidTimes(round * 10, ' disconnected ');
    }
    expect(await inTheEnd(() => census(program), before)).toEqual(before);
    expect(before.listening).toBe(1);
    expect(program.stderr).not.toMatch(/MaxListeners|ERROR/);
  }, 180_000);

  it('may run out: that is logged, nobody who is connected notices, and clients are accepted again by themselves', async () => {
    const pty = await openPty();
    const config = await configFile({ ports: [{ serial: { port: pty.path }, servers }] });
    const program = new Program(['-v', '-c', config]);
    const port = await program.tcpPort();
    await promisify(execFile)('prlimit', ['--pid', String(program.child.pid), '--nofile=64']);
    const first = await connectTcp(port);
    await program.saidTimes(1, ' connected ');
    const others = await Promise.all(Array.from({ length: 100 }, () => connectTcp(port)));
    const atDevice = new Reader(pty.got);
    await program.said(/no file descriptors left; new clients are turned away/);
    first.socket.write('still here');
    expect(await atDevice.text(10)).toBe('still here');
    for (const { socket } of others) socket.destroy();
    await program.said(/there are file descriptors again/);
    const late = await connectTcp(port);
    late.socket.write('and so am I\n');
    expect(await atDevice.text(12)).toBe('and so am I\n');
    expect(program.stderr.split('no file descriptors').length).toBe(2);
  }, 30_000);
});
