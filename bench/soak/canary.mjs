/**
 * A quiet port, in a process of its own: one byte to the device and back, again and again, while the others are under load. It is client and device at
 * once and blocks in the calls of the system, so that it measures the server and the machine and not an event loop.
 */
import { readSync, writeSync } from 'node:fs';
import { finish, job, now, ready } from '../generator/child.mjs';
import { connectTcp } from '../libc.mjs';
import { percentile } from '../stats.mjs';

const DEVICE = 3;
/** Between two bytes, in milliseconds. */
const EVERY_MS = 50;
const WINDOW_SECONDS = 10;

const socket = connectTcp(job.port);
const sleeper = new Int32Array(new SharedArrayBuffer(4));
const byte = Buffer.alloc(1);
/** When each trip began, and how many microseconds it took. */
const trips = [];

ready();
const begun = now();
for (let count = 0; now() - begun < job.seconds; count++) {
  const start = now();
  carry(socket, DEVICE, count & 0xff);
  carry(DEVICE, socket, count & 0xff);
  trips.push([start - begun, (now() - start) * 1e6]);
  Atomics.wait(sleeper, 0, 0, EVERY_MS);
}
finish(summary());

/** Percentiles in microseconds over all, and in the slowest window by each. */
function summary() {
  const windows = new Map();
  for (const [at, time] of trips) {
    const window = Math.floor(at / WINDOW_SECONDS);
    windows.set(window, [...(windows.get(window) ?? []), time]);
  }
  const of = (times, share) =>
    percentile(
      times.toSorted((a, b) => a - b),
      share,
    );
  const all = trips.map(([, time]) => time);
  const slowest = (share) => Math.max(...Array.from(windows.values(), (times) => of(times, share)));
  return {
    trips: all.length,
    p50: of(all, 0.5),
    p99: of(all, 0.99),
    slowP50: slowest(0.5),
    slowP99: slowest(0.99),
  };
}

function carry(from, to, value) {
  byte[0] = value;
  writeSync(from, byte);
  if (readSync(to, byte) !== 1 || byte[0] !== value) throw new Error(`got ${byte[0]} in place of ${value}`);
}
