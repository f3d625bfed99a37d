/** One client with a descriptor that blocks: a TCP connection or, where no server is in between, the tty itself. */
import { readSync, writeSync } from 'node:fs';
import { connectTcp, openTty } from '../libc.mjs';
import { percentile } from '../stats.mjs';
import { finish, job, now, ready } from './child.mjs';
import { bytesAt, Checker, PIECE } from './pattern.mjs';

const WARM_UP = 2000;
const fd = job.tty === undefined ? connectTcp(job.port) : openTty(job.tty);
const buffer = Buffer.alloc(PIECE);

const jobs = {
  /** One byte out, one byte back, the next. */
  echo({ trips }) {
    const byte = Buffer.from('x');
    const trip = () => {
      writeSync(fd, byte);
      readSync(fd, byte);
    };
    for (let i = 0; i < WARM_UP; i++) trip();
    ready();
    const times = new Float64Array(trips);
    for (let i = 0; i < trips; i++) {
      const start = now();
      trip();
      times[i] = (now() - start) * 1e6;
    }
    times.sort();
    finish({ p50: percentile(times, 0.5), p99: percentile(times, 0.99) });
  },

  read({ bytes }) {
    ready();
    writeSync(fd, 'x');
    const checker = new Checker();
    while (checker.position < bytes) {
      const length = readSync(fd, buffer);
      if (length === 0) throw new Error(`disconnected after ${checker.position} bytes`);
      checker.take(buffer, length);
    }
    finish({ end: now() });
  },

  write({ bytes }) {
    ready();
    const start = now();
    for (let sent = 0; sent < bytes;) sent += writeSync(fd, bytesAt(sent, Math.min(PIECE, bytes - sent)));
    finish({ start });
  },

  /** Writes as fast as it can, until it is ended. */
  flood() {
    ready();
    for (;;) writeSync(fd, buffer);
  },
};

jobs[job.job](job);
