import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { PROJECT } from './pages.js';

const NEW_NETWORK = ['--net', ...(process.getuid?.() === 0 ? [] : ['--map-root-user'])];
const SAME_USER = process.getuid?.() === 0 ? [] : ['--user', '--preserve-credentials'];

/** Whether this system lets us have a network of our own, in which every port is free. */
export const hasNetworks = () =>
  spawnSync('unshare', [...NEW_NETWORK, 'ip', 'link', 'set', 'lo', 'up']).status === 0;

/** What a program is known by while it must not do what it says. */
const PROGRAMS = {
  ser2tcp: `case "$1" in *install-service) set -- "$@" --dry-run --root "$HOME/root" ;; esac
exec '${process.execPath}' '${join(PROJECT, 'dist', 'main.js')}' "$@"`,
  sudo: 'exec "$@"',
};

/**
 * A machine for somebody who follows a page: a home with a checkout in it, and a network of its own. What one command exports is there for the next.
 */
export class Scratch {
  #serving: ChildProcess | undefined;

  private constructor(
    readonly folder: string,
    private readonly network: ChildProcess,
  ) {}

  static async open(): Promise<Scratch> {
    const folder = await mkdtemp(join(tmpdir(), 'ser2tcp-scratch-'));
    for (const name of await readdir(PROJECT))
      if (name !== '.git') await symlink(join(PROJECT, name), join(folder, name));
    await mkdir(join(folder, 'bin'));
    for (const [name, does] of Object.entries(PROGRAMS)) {
      await writeFile(join(folder, 'bin', name), `#!/bin/sh\n${does}\n`);
      await chmod(join(folder, 'bin', name), 0o755);
    }
    const network = spawn('unshare', [...NEW_NETWORK, 'sh', '-c', 'ip link set lo up; echo up; exec cat'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    await once(network.stdout, 'data');
    return new Scratch(folder, network);
  }

  /** Runs it to its end. @returns what it prints; rejects with all of that when it fails */
  async run(text: string, more: Record<string, string> = {}): Promise<string> {
    const { env, ...options } = this.#options;
    const [command, args] = this.#shell(text);
    const running = promisify(execFile)(command, args, {
      ...options,
      env: { ...env, ...more },
      timeout: 60_000,
    });
    running.child.stdin?.end();
    const { stdout } = await running;
    return stdout;
  }

  /** Done when the program serves; it goes on until the next one, or `close`. */
  async serve(text: string): Promise<void> {
    await this.#end(this.#serving);
    const child = this.#start(text);
    this.#serving = child;
    await this.#said(child, /serving /, text);
  }

  /** Done when what is typed at it comes back. */
  async type(text: string, line: string): Promise<void> {
    const child = this.#start(text);
    child.stdin?.write(`${line}\n`);
    try {
      await this.#said(child, new RegExp(line), text);
    } finally {
      await this.#end(child);
    }
  }

  async close(): Promise<void> {
    await this.#end(this.#serving);
    this.network.stdin?.end();
    await once(this.network, 'exit');
    await rm(this.folder, { recursive: true, force: true });
  }

  get #options() {
    const path = [join(this.folder, 'bin'), process.env['PATH'] ?? ''].join(delimiter);
    return { cwd: this.folder, env: { ...process.env, HOME: this.folder, PATH: path } };
  }

  #shell(text: string): [string, string[]] {
    const script = `[ ! -f .exported ] || . ./.exported\n${text}\nexport -p > .exported`;
    const here = ['--target', String(this.network.pid), '--net', ...SAME_USER];
    return ['nsenter', [...here, 'bash', '-euo', 'pipefail', '-c', script]];
  }

  #start(text: string): ChildProcess {
    const child = spawn(...this.#shell(text), { ...this.#options, stdio: 'pipe', detached: true });
    child.stdin.on('error', () => {});
    return child;
  }

  #said(child: ChildProcess, pattern: RegExp, text: string): Promise<void> {
    return new Promise((resolve, reject) => {
      let said = '';
      const look = (data: Buffer) => {
        said += data.toString();
        if (pattern.test(said)) resolve();
      };
      child.stdout?.on('data', look);
      child.stderr?.on('data', look);
      child.on('close', () => reject(new Error(`It ended before it said ${pattern}:\n${text}\n${said}`)));
    });
  }

  /** It and all that it started. */
  async #end(child: ChildProcess | undefined): Promise<void> {
    if (!child?.pid || child.exitCode !== null || child.signalCode !== null) return;
    const closed = once(child, 'close');
    process.kill(-child.pid, 'SIGTERM');
    await closed;
  }
}
