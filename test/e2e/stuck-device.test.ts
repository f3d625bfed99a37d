import { afterEach, expect, it } from '@jest/globals';
import { readdir } from 'node:fs/promises';
import { closeClients, connectTcp } from '../support/client.js';
import { describeWith } from '../support/needs.js';
import { configFile, endPrograms, Program } from '../support/program.js';
import { closePtys, openPty } from '../support/pty.js';
import { inTheEnd, steady } from '../support/steady.js';

afterEach(async () => {
  closeClients();
  await endPrograms();
  await closePtys();
});

const servers = [{ protocol: 'tcp', address: '127.0.0.1', port: 0 }];
const descriptors = async (program: Program) => (await readdir(`/proc/${program.child.pid}/fd`)).length;

describeWith(['socat'], 'a device that takes nothing', () => {
  it('lets clients go that have left while they were held back, and keeps those that are there', async () => {
    // Nobody reads what comes out of it.
    const pty = await openPty();
    const serial = { port: pty.path, baudrate: 4_000_000 };
    const program = new Program(['-v', '-c', await configFile({ ports: [{ serial, servers }] })]);
    const port = await program.tcpPort();
    const stays = await connectTcp(port);
    stays.socket.resume();
    stays.socket.write(Buffer.alloc(16 * 1024 * 1024));
    await program.saidTimes(1, ' connected ');
    const other = await connectTcp(port);
    other.socket.write(Buffer.alloc(1024 * 1024));
    await program.saidTimes(2, ' connected ');
    const before = await steady(() => descriptors(program));

    for (let count = 0; count < 30; count++) {
      const { socket } = await connectTcp(port);
      await program.saidTimes(count + 3, ' connected ');
      socket.write('one line\n', () => (count % 2 ? socket.end() : socket.resetAndDestroy()));
    }
    await program.saidTimes(30, ' disconnected ');
    expect(await inTheEnd(() => descriptors(program), before)).toBe(before);
    expect(stays.socket.closed || other.socket.closed).toBe(false);
  }, 90_000);
});
