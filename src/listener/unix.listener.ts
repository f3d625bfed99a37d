import { execFile } from 'node:child_process';
import { chmod, chown, lstat, unlink } from 'node:fs/promises';
import { connect, createServer, Server } from 'node:net';
import { promisify } from 'node:util';
import { Gate, ListenFailed, Listener } from './listener.js';
import { listen } from './net-server.js';

/** Bits of a socket file until its own mode is set: its owner alone. */
const PRIVATE_UMASK = 0o177;

/** Who may use the socket file. */
export interface SocketFile {
  /** Permission bits in octal. */
  readonly mode?: string | undefined;
  readonly owner?: string | number | undefined;
  readonly group?: string | number | undefined;
}

/** A Unix domain socket. The file is made when it opens and removed when it closes. */
export class UnixListener implements Listener {
  #server: Server | undefined;
  #clients = 0;

  constructor(
    private readonly path: string,
    private readonly file: SocketFile,
  ) {}

  get where(): string {
    return this.path;
  }

  /** @throws ListenFailed, also when something other than a stale socket stands in the way */
  async open(gate: Gate): Promise<void> {
    const server = createServer({ allowHalfOpen: true, pauseOnConnect: true });
    try {
      await removeStale(this.path);
      const restricted = Object.values(this.file).some((value) => value !== undefined);
      // The file is made within the call, so nothing else sees the other mask.
      const umask = restricted ? process.umask(PRIVATE_UMASK) : undefined;
      const listening = listen(server, { path: this.path });
      if (umask !== undefined) process.umask(umask);
      await listening;
      await this.#setAccess();
    } catch (error) {
      server.close();
      throw error instanceof ListenFailed ? error : new ListenFailed(this.path, error);
    }
    this.#server = server;
    server.on('error', (error) => gate.failed(error));
    server.on('connection', (socket) => gate.accept(socket, { text: `${this.path}#${++this.#clients}` }));
  }

  close(): Promise<void> {
    // Also removes the file.
    this.#server?.close();
    return Promise.resolve();
  }

  async #setAccess(): Promise<void> {
    const { mode, owner, group } = this.file;
    if (owner !== undefined || group !== undefined) {
      await chown(this.path, await idOf('passwd', owner), await idOf('group', group));
    }
    if (mode !== undefined) await chmod(this.path, parseInt(mode, 8));
  }
}

async function removeStale(path: string): Promise<void> {
  const file = await lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (!file) return;
  if (!file.isSocket())
    throw new ListenFailed(path, new Error('there is a file that is no socket; it is left alone'));
  if (await answers(path)) throw new ListenFailed(path, new Error('another program listens on it'));
  await unlink(path);
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(path);
    probe.once('connect', () => {
      probe.destroy();
      resolve(true);
    });
    probe.once('error', (error: NodeJS.ErrnoException) => resolve(error.code !== 'ECONNREFUSED'));
  });
}

/** The number of a user or group; -1 leaves it as it is. The system is asked, since names may come from elsewhere than /etc. */
async function idOf(database: 'passwd' | 'group', name: string | number | undefined): Promise<number> {
  if (name === undefined) return -1;
  if (/^\d+$/.test(String(name))) return Number(name);
  const { stdout } = await promisify(execFile)('getent', [database, String(name)]).catch(() => ({
    stdout: '',
  }));
  const id = stdout.split(':')[2];
  if (!id) throw new Error(`there is no ${database === 'passwd' ? 'user' : 'group'} ${name}`);
  return Number(id);
}
