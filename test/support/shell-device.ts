import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const running: { socat: ChildProcess; folder: string }[] = [];

/** A tty with a real shell behind it, as the console of a machine. @returns its path */
export const shellDevice = (): Promise<string> => device('EXEC:bash --norc -i,pty,setsid,ctty,stderr');

/** A tty with a program behind it that is started when the tty is opened. @returns its path */
export const programDevice = (command: string): Promise<string> => device(`EXEC:${command}`);

async function device(behind: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ser2tcp-shell-'));
  const path = join(folder, 'tty');
  const socat = spawn('socat', ['-d', '-d', `PTY,link=${path},rawer,wait-slave`, behind], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, PS1: 'device$ ', TERM: 'xterm' },
  });
  running.push({ socat, folder });
  await new Promise<void>((resolve) =>
    socat.stderr.on('data', (text: Buffer) => {
      if (text.toString().includes('PTY is')) resolve();
    }),
  );
  return path;
}

/** For `afterEach`. */
export async function endShellDevices(): Promise<void> {
  for (const { socat, folder } of running.splice(0)) {
    if (socat.exitCode === null && socat.signalCode === null) {
      const gone = once(socat, 'exit');
      socat.kill('SIGKILL');
      await gone;
    }
    await rm(folder, { recursive: true, force: true });
  }
}
