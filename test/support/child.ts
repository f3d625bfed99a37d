import { ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { Reader } from './reader.js';

/** Another program, as a user runs it. */
export interface Child {
  /** What it is typed or fed. */
  readonly in: Writable;
  /** What it prints or shows. */
  readonly out: Reader;
  readonly ended: Promise<{ status: number | null; stderr: string }>;
}

const running = new Set<ChildProcess>();

export function startChild(command: string, args: readonly string[]): Child {
  const child = spawn(command, args, { env: { ...process.env, TERM: 'dumb' } });
  running.add(child);
  let stderr = '';
  child.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
  child.stdin.on('error', () => {});
  const ended = once(child, 'close').then(([status]) => {
    running.delete(child);
    return { status: status as number | null, stderr };
  });
  return { in: child.stdin, out: new Reader(child.stdout), ended };
}

/** Runs a program on a terminal of its own, in the state in which a user's shell leaves one: it echoes, and gives lines. */
export function startOnTerminal(command: string): Child {
  return startChild('socat', ['STDIO', `EXEC:${command},pty,setsid,ctty,stderr`]);
}

/** For `afterEach`. What runs on a terminal is hung up with it. */
export async function endChildren(): Promise<void> {
  await Promise.all(
    [...running].map(async (child) => {
      const closed = once(child, 'close');
      child.kill('SIGKILL');
      await closed;
    }),
  );
}
