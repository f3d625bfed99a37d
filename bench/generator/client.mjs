/** One client with a descriptor that blocks: a TCP connection or, where no server is in between, the tty itself. */
import { readSync, writeSync } from 'node:fs';
import { connectTcp, openTty } from '../libc.mjs';
import { percentile } from '../stats.mjs';
import { finish, job, now, ready } from './child.mjs';
import { PIECE } from './pattern.mjs';
import { receive, send } from './transfer.mjs';
import { maskedFrame, upgrade } from './websocket.mjs';

const WARM_UP = 2000;
const fd = job.tty === undefined ? connectTcp(job.port) : openTty(job.tty);

const jobs = {
  /** One byte out, one byte back, the next. */
  echo({ trips }) {
    const byte = Buffer.from('x');
    time(trips, () => {
      writeSync(fd, byte);
      readSync(fd, byte);
    });
  },

  /** The same over a WebSocket: a frame there, a frame back. */
  echoFrames({ trips, path }) {
    upgrade(fd, path);
    const frame = maskedFrame('x');
    const answer = Buffer.alloc(3);
    time(trips, () => {
      writeSync(fd, frame);
      for (let got = 0; got < answer.length;) got += readSync(fd, answer, got, answer.length - got);
    });
  },

  read(what) {
    ready();
    writeSync(fd, 'x');
    finish(receive(fd, what));
  },

  write(what) {
    ready();
    send(fd, what);
    finish();
  },

  /** Writes as fast as it can, until it is ended. */
  flood() {
    ready();
    const buffer = Buffer.alloc(PIECE);
    for (;;) writeSync(fd, buffer);
  },
};

function time(trips, trip) {
  for (let i = 0; i < WARM_UP; i++) trip();
  ready();
  const times = new Float64Array(trips);
  for (let i = 0; i < trips; i++) {
    const start = now();
    trip();
    times[i] = (now() - start) * 1e6;
  }
  times.sort();
  finish({ p50: percentile(times, 0.5), p99: percentile(times, 0.99), slowestMs: times[trips - 1] / 1000 });
}

jobs[job.job](job);
