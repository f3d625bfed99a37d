/** A server on fresh PTYs for the time of one measurement. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launch } from './children.mjs';
import { openPty } from './libc.mjs';
import { cpuSeconds, freePorts, listening } from './proc.mjs';

const START_MS = 15_000;
/** For the files of all servers; it goes when the run ends, whatever ends it. */
const home = mkdtempSync(join(tmpdir(), 'ser2tcp-bench-'));
process.on('exit', () => rmSync(home, { recursive: true, force: true }));

/**
 * @param setup how many `ports`, and `clients` for each of them, the server has to be ready for; `management` for an HTTP server
 * @param use gets the PTYs, the TCP ports (that of HTTP as `http`) and the server (undefined where there is none), and returns the figures
 */
export async function serve(peer, setup, use) {
  const ptys = Array.from({ length: setup.ports ?? 1 }, openPty);
  let server;
  try {
    if (!peer.command) return await use({ ptys, tty: ptys[0].path });
    const [http, ...ports] = await freePorts(1 + ptys.length);
    const management = setup.management ? { http } : {};
    const ttys = ptys.map((pty) => pty.path);
    const [command, args] = peer.command({ clients: 1, ...setup, ...management, ttys, ports, folder: home });
    const spawned = performance.now();
    server = launch(command, args, ['ignore', 'ignore', 'pipe']);
    await listening([...ports, ...Object.values(management)], server.alive, START_MS);
    const startSeconds = (performance.now() - spawned) / 1000;
    return await use({ ptys, ...management, ports, port: ports[0], pid: server.pid, startSeconds });
  } finally {
    await server?.stop();
    for (const pty of ptys) pty.close();
  }
}

/** Begins to look at a server; the function that it returns tells how many cores it has kept busy since. */
export function measureBusy(pid) {
  if (pid === undefined) return () => 0;
  const [cpu, at] = [cpuSeconds(pid), performance.now()];
  return () => ((cpuSeconds(pid) - cpu) * 1000) / (performance.now() - at);
}
