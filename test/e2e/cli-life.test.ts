import { afterEach, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { closeClients, connectTcp } from '../support/client.js';
import { describeWith } from '../support/needs.js';
import { configFile, endPrograms, Program } from '../support/program.js';
import { closePtys, openPty } from '../support/pty.js';
import { Reader } from '../support/reader.js';

const MAIN = join(import.meta.dirname, '..', '..', 'dist', 'main.js');

/** A loader that says when serve.js is asked for, and gives it when there is something on stdin. */
const HOLDING = `import { readSync, writeSync } from 'node:fs';
export async function load(url, context, next) {
  if (url.endsWith('/dist/serve.js')) {
    writeSync(2, 'asked for serve.js');
    readSync(0, Buffer.alloc(1));
  }
  return next(url, context);
}`;

afterEach(async () => {
  closeClients();
  await endPrograms();
  await closePtys();
});

async function serve(device = 'loop://') {
  const servers = [{ protocol: 'tcp', address: '127.0.0.1', port: 0 }];
  const path = await configFile({ ports: [{ serial: { port: device }, servers }] });
  const program = new Program(['-v', '-c', path]);
  return { program, path, servers, port: await program.tcpPort() };
}

/** What one client sends: little enough to be read at once, after which a full queue may make the server wait. */
const PIECE = 16 * 1024;

/** Clients of a device that takes nothing, and the server has read a piece from each of them. */
async function fillDevice(clients: number) {
  const pty = await openPty();
  const { program, port, path, servers } = await serve(pty.path);
  for (let number = 1; number <= clients; number++) {
    const client = await connectTcp(port);
    await program.saidTimes(number, ' connected ');
    client.socket.write(Buffer.alloc(PIECE, number));
  }
  // What was written before another client came is read before that one is let in.
  await connectTcp(port);
  await program.saidTimes(clients + 1, ' connected ');
  return { program, pty, path, servers };
}

describe('a signal to end', () => {
  it.each<NodeJS.Signals>(['SIGTERM', 'SIGINT'])(
    '%s: closes everything, and the status is 0',
    async (signal) => {
      const { program, port } = await serve();
      const client = await connectTcp(port);
      await program.said(/ connected /);
      client.socket.write('x');
      expect(await client.got.text(1)).toBe('x');
      program.child.kill(signal);
      expect(await client.ended).toBe('end');
      expect((await program.ended).status).toBe(0);
      expect(program.stderr).toContain(` INFO [ser2tcp] ${signal}: stopping\n`);
      await expect(connectTcp(port)).rejects.toThrow('ECONNREFUSED');
    },
  );
});

describeWith(['socat'], 'a signal to end while bytes wait for the device', () => {
  it('lets them go out before the program ends with status 0', async () => {
    const clients = 25;
    const { program, pty } = await fillDevice(clients);
    program.child.kill('SIGTERM');
    await program.said(/stopping/);
    const reader = new Reader(pty.got);
    for (let number = 1; number <= clients; number++)
      expect((await reader.take(PIECE)).equals(Buffer.alloc(PIECE, number))).toBe(true);
    expect((await program.ended).status).toBe(0);
    expect(program.stderr).not.toContain('did not reach');
  });

  it('ends it with status 0 after 2 s when the device takes nothing', async () => {
    const { program } = await fillDevice(25);
    const since = performance.now();
    program.child.kill('SIGTERM');
    expect((await program.ended).status).toBe(0);
    expect(performance.now() - since).toBeLessThan(4000);
    const at = (what: string) =>
      Date.parse(new RegExp(`^(\\S+) .*${what}`, 'm').exec(program.stderr)?.[1] ?? '');
    // A timer and the clock of the log may differ by a millisecond.
    expect(at('did not reach') - at('SIGTERM: stopping')).toBeGreaterThanOrEqual(1990);
  });

  it('SIGHUP after it opens nothing', async () => {
    const { program, path, servers } = await fillDevice(25);
    program.child.kill('SIGTERM');
    await program.said(/stopping/);
    await writeFile(path, JSON.stringify({ ports: [{ serial: { port: 'loop://' }, servers }] }));
    program.child.kill('SIGHUP');
    expect((await program.ended).status).toBe(0);
    const [, after] = program.stderr.split('SIGTERM: stopping\n');
    expect(after).not.toMatch(/listening on|was edited|is what runs/);
  });

  it('ends it at once when it comes a second time', async () => {
    const { program } = await fillDevice(25);
    program.child.kill('SIGTERM');
    await program.said(/stopping/);
    const since = performance.now();
    program.child.kill('SIGINT');
    expect((await program.ended).status).toBe(1);
    expect(performance.now() - since).toBeLessThan(1000);
  });
});

describe('what ends other programs', () => {
  it('SIGHUP: the server stays', async () => {
    const { program, port } = await serve();
    program.child.kill('SIGHUP');
    await program.said(/INFO \[configuration\] SIGHUP: \S+ is what runs\n/);
    const client = await connectTcp(port);
    client.socket.write('still here');
    expect(await client.got.text(10)).toBe('still here');
  });

  it('SIGHUP while the program is still being loaded: the server starts', async () => {
    const servers = [{ protocol: 'tcp', address: '127.0.0.1', port: 0 }];
    const path = await configFile({ ports: [{ serial: { port: 'loop://' }, servers }] });
    const loader = join(dirname(path), 'loader.mjs');
    await writeFile(loader, HOLDING);
    await writeFile(`${loader}.mjs`, `import { register } from 'node:module'; register('file://${loader}');`);
    const program = new Program(['-v', '-c', path], { NODE_OPTIONS: `--import=${loader}.mjs` });
    await program.said(/asked for serve\.js/);
    program.child.kill('SIGHUP');
    program.child.stdin.end('go on\n');
    await program.said(/ serving /);
    expect(program.child.exitCode).toBeNull();
  });

  it('a log that nobody reads any more: the server stays, and does not spin', async () => {
    const { program, port } = await serve();
    program.child.stderr.destroy();
    program.child.stdout.destroy();
    await once(program.child.stderr, 'close');
    for (let count = 0; count < 20; count++) {
      const client = await connectTcp(port);
      client.socket.write('x');
      expect(await client.got.text(1)).toBe('x');
      client.socket.resetAndDestroy();
    }
    const ticks = async () => {
      const stat = await readFile(join('/proc', String(program.child.pid), 'stat'), 'utf8').catch(() => '');
      const [user, system] = stat.slice(stat.lastIndexOf(')')).split(' ').slice(12, 14);
      return Number(user ?? 0) + Number(system ?? 0);
    };
    const before = await ticks();
    // A measurement: half a second of a spinning program would be 50 ticks.
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect((await ticks()) - before).toBeLessThan(25);
    program.child.kill('SIGTERM');
    expect((await program.ended).status).toBe(0);
  });
});

describeWith(['socat'], 'a terminal that is closed', () => {
  it('takes the log with it, and the server that was started in it stays', async () => {
    const servers = [{ protocol: 'tcp', address: '127.0.0.1', port: 0 }];
    const path = await configFile({ ports: [{ serial: { port: 'loop://' }, servers }] });
    const command = `SYSTEM:echo process $$; exec ${process.execPath} ${MAIN} -v -c ${path},pty,setsid,ctty,stderr`;
    const terminal = spawn('socat', ['STDIO', command], { stdio: ['pipe', 'pipe', 'ignore'] });
    let shown = '';
    const [pid, port] = await new Promise<number[]>((resolve) =>
      terminal.stdout.on('data', (text: Buffer) => {
        shown += text.toString();
        const found = [/process (\d+)/, /listening on \S+:(\d+)/].map((pattern) =>
          Number(pattern.exec(shown)?.[1]),
        );
        if (shown.includes('serving')) resolve(found);
      }),
    );
    terminal.kill('SIGKILL');
    await once(terminal, 'exit');
    try {
      const client = await connectTcp(port as number);
      client.socket.write('still here');
      expect(await client.got.text(10)).toBe('still here');
    } finally {
      process.kill(pid as number, 'SIGTERM');
    }
  });
});
