import { readdir, readFile } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Family } from './metric-family.js';

/**
 * The process by the names that Prometheus has for them. Those that prom-client brings would cost something between two
 * scrapes too: its event loop histogram alone wakes the process a hundred times a second.
 */
export async function processMetrics(): Promise<Family[]> {
  const { user, system } = process.cpuUsage();
  const [open, max] = await Promise.all([openDescriptors(), maxDescriptors()]);
  const one = (type: Family['type'], name: string, help: string, value: number | undefined): Family[] =>
    value === undefined ? [] : [{ type, name, help, samples: [{ labels: {}, value }] }];
  return [
    ...one('counter', 'process_cpu_seconds_total', 'Processor time used, in seconds.', (user + system) / 1e6),
    ...one('gauge', 'process_resident_memory_bytes', 'Resident memory.', process.memoryUsage.rss()),
    ...one('gauge', 'process_start_time_seconds', 'Start of the process, in Unix time.', STARTED),
    ...one('gauge', 'process_open_fds', 'Open file descriptors.', open),
    ...one('gauge', 'process_max_fds', 'File descriptors that may be open.', max),
    ...one('gauge', 'nodejs_eventloop_lag_seconds', 'One turn of the event loop.', await eventLoopTurn()),
  ];
}

const STARTED = Math.round(performance.timeOrigin) / 1000;

async function openDescriptors(): Promise<number | undefined> {
  const open = await readdir('/proc/self/fd').catch(() => undefined);
  // One is that of the listing.
  return open && open.length - 1;
}

async function maxDescriptors(): Promise<number | undefined> {
  const limits = await readFile('/proc/self/limits', 'latin1').catch(() => '');
  const limit = /^Max open files +(\d+)/m.exec(limits)?.[1];
  return limit === undefined ? undefined : Number(limit);
}

async function eventLoopTurn(): Promise<number> {
  const start = performance.now();
  await nextTurn();
  return (performance.now() - start) / 1000;
}
