import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { close, constants, open } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { promisify } from 'node:util';

/** A tty made by socat, and the device behind it. */
export interface Pty {
  /** The tty, a link to /dev/pts/N. */
  readonly path: string;
  /** Write to it: the device sends. */
  readonly send: Writable;
  /** Read from it: what the device got. */
  readonly got: Readable;
  /** Pulls the device out: whoever has the tty open is hung up. */
  unplug(): Promise<void>;
}

const openPtys = new Set<Pty>();

export async function openPty(): Promise<Pty> {
  const folder = await mkdtemp(join(tmpdir(), 'ser2tcp-pty-'));
  const path = join(folder, 'tty');
  const socat = spawn('socat', ['-d', '-d', '-b', '65536', `PTY,link=${path},rawer`, 'STDIO'], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const gone = once(socat, 'exit');
  await new Promise<void>((resolve, reject) => {
    let said = '';
    socat.on('error', reject);
    socat.stderr.on('data', (text: Buffer) => {
      said += text.toString();
      if (said.includes('starting data transfer loop')) resolve();
    });
  });
  // socat ends when the last one closes the tty, so one stays here.
  const fd = await promisify(open)(path, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
  socat.stdin.on('error', () => {});
  let unplugged: Promise<void> | undefined;
  const unplug = async () => {
    openPtys.delete(pty);
    socat.kill('SIGKILL');
    await gone;
    await promisify(close)(fd);
    await rm(folder, { recursive: true, force: true });
  };
  const pty: Pty = { path, send: socat.stdin, got: socat.stdout, unplug: () => (unplugged ??= unplug()) };
  openPtys.add(pty);
  return pty;
}

/** For `afterEach`. */
export async function closePtys(): Promise<void> {
  await Promise.all([...openPtys].map((pty) => pty.unplug()));
}
