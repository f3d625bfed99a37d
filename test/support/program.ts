import { ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MAIN = join(import.meta.dirname, '..', '..', 'dist', 'main.js');

/** Whether the built program can be run within a command, such as one that makes its user another one. */
export const isReachable = ([command = '', ...rest]: readonly string[]) =>
  spawnSync(command, [...rest, process.execPath, MAIN, '--version']).status === 0;

export interface Ended {
  status: number | null;
  stdout: string;
  stderr: string;
}

/** The built program, as a user starts it. */
export class Program {
  readonly child: ChildProcessWithoutNullStreams;
  readonly ended: Promise<Ended>;
  stdout = '';
  stderr = '';
  #look: (() => void)[] = [];

  /** @param within a command that runs the one that follows it */
  constructor(args: readonly string[], env: Record<string, string> = {}, within: readonly string[] = []) {
    const [command = process.execPath, ...rest] = [...within, process.execPath, MAIN, ...args];
    this.child = spawn(command, rest, { env: { ...process.env, ...env } });
    const told = () => this.#look.forEach((look) => look());
    this.child.stdout.on('data', (text: Buffer) => {
      this.stdout += text.toString();
      told();
    });
    this.child.stderr.on('data', (text: Buffer) => {
      this.stderr += text.toString();
      told();
    });
    this.ended = once(this.child, 'close').then(([status]) => {
      programs.delete(this);
      told();
      return { status: status as number | null, stdout: this.stdout, stderr: this.stderr };
    });
    programs.add(this);
  }

  /** What the pattern finds on stderr, as soon as it does; fails when the program ends before. */
  said(pattern: RegExp): Promise<RegExpExecArray> {
    return this.#when(() => pattern.exec(this.stderr), String(pattern));
  }

  /** Done when a text stood on stderr so many times. */
  async saidTimes(count: number, text: string): Promise<void> {
    await this.#when(() => this.stderr.split(text).length > count || null, `"${text}" ${count} times`);
  }

  #when<T>(look: () => T | null, what: string): Promise<T> {
    return new Promise((resolve, reject) => {
      const again = () => {
        const found = look();
        if (found !== null) resolve(found);
        else if (!programs.has(this))
          reject(new Error(`The program ended before it said ${what}:\n${this.stderr}`));
      };
      this.#look.push(again);
      again();
    });
  }

  /** The TCP port of the first server of a port that listens; needs `-v`. */
  async tcpPort(): Promise<number> {
    return Number((await this.said(/listening on (?!http)\S+:(\d+)\n/))[1]);
  }
}

const programs = new Set<Program>();
const folders: string[] = [];

/** A file with a configuration, in a folder of its own. */
export async function configFile(content: unknown): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ser2tcp-program-'));
  folders.push(folder);
  const path = join(folder, 'config.json');
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

/** For `afterEach`. */
export async function endPrograms(): Promise<void> {
  for (const program of programs) program.child.kill('SIGKILL');
  await Promise.all([...programs].map((program) => program.ended));
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
}
