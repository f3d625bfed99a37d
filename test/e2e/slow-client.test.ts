import { afterEach, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { closeClients, connectTcp } from '../support/client.js';
import { describeWith } from '../support/needs.js';
import { configFile, endPrograms, Program } from '../support/program.js';
import { closePtys, openPty, Pty } from '../support/pty.js';
import { until } from '../support/until.js';

const MIB = 1024 * 1024;
/** 1 MiB a second: so many bytes each time. */
const TICK_MS = 10;
const TICK_BYTES = Math.round((MIB * TICK_MS) / 1000);

afterEach(async () => {
  closeClients();
  await endPrograms();
  await closePtys();
});

/** A device that sends 1 MiB/s of counted bytes until it is told to stop; then gives how many. */
function sending(pty: Pty) {
  let sent = 0;
  const timer = setInterval(() => {
    pty.send.write(Buffer.from(Array.from({ length: TICK_BYTES }, (_, index) => (sent + index) % 251)));
    sent += TICK_BYTES;
  }, TICK_MS);
  return {
    stop: () => {
      clearInterval(timer);
      return sent;
    },
  };
}

const memory = async (program: Program) =>
  Number(/^VmRSS:\s+(\d+)/m.exec(await readFile(`/proc/${program.child.pid}/status`, 'utf8'))?.[1]) * 1024;

describeWith(['socat'], 'a client that never reads, at 1 MiB/s from the device', () => {
  it.each([
    ['send_timeout', { send_timeout: 3 }, /did not take its bytes within 3 s \(send_timeout\)/, 3 * MIB],
    ['buffer_limit', { send_timeout: 600, buffer_limit: MIB }, /more than 1048576 bytes were waiting/, MIB],
  ])(
    'is gone by %s, with bounded memory, and the others lose no byte',
    async (_, limits, reason, held) => {
      const pty = await openPty();
      const servers = [{ protocol: 'tcp', address: '127.0.0.1', port: 0, ...limits }];
      const program = new Program([
        '-v',
        '-c',
        await configFile({ ports: [{ serial: { port: pty.path }, servers }] }),
      ]);
      const port = await program.tcpPort();
      const others = await Promise.all([connectTcp(port), connectTcp(port)]);
      const stuck = await connectTcp(port);
      stuck.socket.pause();
      await program.saidTimes(3, ' connected ');
      const counts = others.map(({ socket }) => {
        const count = { bytes: 0, wrong: 0 };
        socket.on('data', (chunk: Buffer) => {
          for (const byte of chunk) if (byte !== count.bytes++ % 251) count.wrong++;
        });
        return count;
      });
      const before = await memory(program);
      const device = sending(pty);
      let most = 0;
      const watch = setInterval(() => void memory(program).then((now) => (most = Math.max(most, now))), 50);
      await program.said(reason);
      clearInterval(watch);
      const sent = device.stop();
      await until(() => counts.every(({ bytes }) => bytes >= sent));
      expect(counts).toEqual([
        { bytes: sent, wrong: 0 },
        { bytes: sent, wrong: 0 },
      ]);
      // Beside what is held for the client, the garbage that has not been collected yet.
      expect(most - before).toBeLessThan(held + 48 * MIB);
    },
    60_000,
  );
});
