/** What Linux tells about a process and its sockets. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** USER_HZ, the unit of times in /proc: 100 on every architecture that Node runs on. */
const TICKS_PER_SECOND = 100;
const LISTEN = '0A';

/** Processor time that a process has used, all of its threads: utime and stime of proc_pid_stat(5). */
export function cpuSeconds(pid) {
  const [utime, stime] = statFields(pid).slice(11);
  return (Number(utime) + Number(stime)) / TICKS_PER_SECOND;
}

/** User time that programs other than this one and its ended children have used: what else the machine had to do. */
export function othersSeconds() {
  const [, user, nice] = readFileSync('/proc/stat', 'latin1').split(/\s+/, 3).map(Number);
  const [utime, , cutime] = statFields('self').slice(11);
  return (user + nice - Number(utime) - Number(cutime)) / TICKS_PER_SECOND;
}

/** The fields of proc_pid_stat(5) behind the name, which may hold anything: the first one here is its third. */
function statFields(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

export function residentMiB(pid) {
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]) / 1024;
}

/** Ports of 127.0.0.1 that nobody listens on; all are taken before one is given back, so that they differ. */
export async function freePorts(count) {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
      return server;
    }),
  );
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** Waits until all the ports are listened on; a trial connection would be the only one that socat takes. */
export async function listening(ports, alive, withinMs) {
  const until = performance.now() + withinMs;
  const wanted = ports.map((port) => `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`);
  while (performance.now() < until) {
    if (!alive()) throw new Error('the server ended before it listened');
    const open = new Set();
    for (const line of readFileSync('/proc/net/tcp', 'latin1').split('\n')) {
      const [, local, , state] = line.trim().split(/\s+/);
      if (state === LISTEN) open.add(local);
    }
    if (wanted.every((address) => open.has(address))) return;
    await sleep(5);
  }
  throw new Error(`the server did not listen within ${withinMs / 1000} s`);
}
