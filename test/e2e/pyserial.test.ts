import { afterEach, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describeWith } from '../support/needs.js';
import { configFile, endPrograms, Program } from '../support/program.js';
import { closePtys, openPty } from '../support/pty.js';
import { Reader } from '../support/reader.js';

afterEach(async () => {
  await endPrograms();
  await closePtys();
});

const SCRIPT = `
import serial, sys
port = serial.serial_for_url('socket://127.0.0.1:%s' % sys.argv[1], timeout=5)
port.write(bytes(range(256)))
sys.stdout.buffer.write(port.read(256))
port.close()
`;

describeWith(['socat', 'python3-serial'], 'pyserial', () => {
  it('opens socket://, writes, and reads back all byte values', async () => {
    const pty = await openPty();
    const servers = [{ protocol: 'tcp', address: '127.0.0.1', port: 0 }];
    const program = new Program([
      '-v',
      '-c',
      await configFile({ ports: [{ serial: { port: pty.path }, servers }] }),
    ]);
    const atDevice = new Reader(pty.got);
    const port = String(await program.tcpPort());
    const read = promisify(execFile)('/usr/bin/python3', ['-c', SCRIPT, port], { encoding: 'buffer' });
    const bytes = await atDevice.take(256);
    expect(bytes).toEqual(Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)));
    pty.send.write(bytes.toReversed());
    expect((await read).stdout).toEqual(Buffer.from(bytes.toReversed()));
  });
});
