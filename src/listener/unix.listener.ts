import { execFile } from 'node:child_process';
import { chmod, chown } from 'node:fs/promises';
import { createServer, Server } from 'node:net';
import { promisify } from 'node:util';
import { Ended } from '../errors.js';
import { listen, ListenFailed } from '../net/net-server.js';
import { shareReads } from '../net/shared-reads.js';
import { nameOf, removeStale, SOCKET_PATH_BYTES } from '../net/stale-socket.js';
import type { Gate, Listener } from './listener.js';

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
  async open(gate: Gate, signal: AbortSignal): Promise<void> {
    const server = createServer({ allowHalfOpen: true, pauseOnConnect: true });
    // From the start: the first client may come while the file's owner is still being looked up.
    server.on('connection', (socket) =>
      gate.accept(shareReads(socket), { text: `${this.path}#${++this.#clients}` }),
    );
    try {
      checkLength(this.path);
      await removeStale(this.path);
      await this.#listen(server, signal);
      await this.#setAccess(signal);
    } catch (error) {
      server.close();
      throw error instanceof ListenFailed ? error : new ListenFailed(this.path, error);
    }
    this.#server = server;
    server.on('error', (error) => gate.failed(error));
  }

  close(): Promise<void> {
    // Also removes the file.
    this.#server?.close();
    return Promise.resolve();
  }

  /** Where the file's access is configured, only its owner can connect until it is set. */
  #listen(server: Server, signal: AbortSignal): Promise<void> {
    const { mode, owner, group } = this.file;
    const path = nameOf(this.path);
    if (mode === undefined && owner === undefined && group === undefined)
      return listen(server, { path }, signal);
    const umask = process.umask(PRIVATE_UMASK);
    // The file is made within the call, so nothing else sees this mask.
    const listening = listen(server, { path }, signal);
    process.umask(umask);
    return listening;
  }

  async #setAccess(signal: AbortSignal): Promise<void> {
    const { mode, owner, group } = this.file;
    if (owner !== undefined || group !== undefined) {
      const ids = [await idOf('passwd', owner, signal), await idOf('group', group, signal)] as const;
      refuseEnded(signal);
      await chown(this.path, ...ids);
    }
    refuseEnded(signal);
    if (mode !== undefined) await chmod(this.path, parseInt(mode, 8));
  }
}

/** Once it is given up its file is removed, and another may be in its place. @throws Ended */
function refuseEnded(signal: AbortSignal): void {
  if (signal.aborted) throw new Ended();
}

function checkLength(path: string): void {
  const bytes = Buffer.byteLength(path);
  if (bytes > SOCKET_PATH_BYTES)
    throw new Error(`the path has ${bytes} bytes, and that of a socket may have ${SOCKET_PATH_BYTES}`);
}

/** The number of a user or group; -1 leaves it as it is. The system is asked, since names may come from elsewhere than /etc. */
async function idOf(
  database: 'passwd' | 'group',
  name: string | number | undefined,
  signal: AbortSignal,
): Promise<number> {
  if (name === undefined) return -1;
  if (/^\d+$/.test(String(name))) return Number(name);
  const { stdout } = await promisify(execFile)('getent', [database, String(name)], { signal }).catch(() => ({
    stdout: '',
  }));
  const id = stdout.split(':')[2];
  if (!id) throw new Error(`there is no ${database === 'passwd' ? 'user' : 'group'} ${name}`);
  return Number(id);
}
