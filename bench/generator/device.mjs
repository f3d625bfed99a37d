/**
 * The serial device: the master ends of the PTYs, which are descriptors 3 and up. It blocks in the system's calls: an
 * event loop would be slower than the servers, and libuv's writes to a PTY master would block its loop anyway.
 */
import { readSync, writeSync } from 'node:fs';
import { finish, job, now, ready } from './child.mjs';
import { receive, send } from './transfer.mjs';

const DEVICE = 3;
const buffer = Buffer.alloc(4096);

/** Every client sends one byte when it is in; before that it would miss what the device sends. */
function awaitClients(fd, count) {
  for (let seen = 0; seen < count;) seen += readSync(fd, buffer, 0, count - seen);
}

const jobs = {
  /** Sends back what comes, until it is ended. */
  echo() {
    ready();
    for (;;) {
      const length = readSync(DEVICE, buffer);
      for (let sent = 0; sent < length;) sent += writeSync(DEVICE, buffer, sent, length - sent);
    }
  },

  /** Takes what comes, until it is ended. */
  discard() {
    ready();
    for (;;) readSync(DEVICE, buffer);
  },

  source(what) {
    ready();
    awaitClients(DEVICE, what.clients);
    const start = now();
    send(DEVICE, what);
    finish({ start });
  },

  sink(what) {
    ready();
    finish(receive(DEVICE, what));
  },

  /**
   * Sends a chunk to each port in turn, evenly spread over `interval` seconds, as devices do that know nothing of each
   * other. The first eight bytes of a chunk are the time of its write.
   */
  paced({ ports, clients, chunk, interval, warmUp, seconds }) {
    ready();
    for (let port = 0; port < ports; port++) awaitClients(DEVICE + port, clients);
    const sleeper = new Int32Array(new SharedArrayBuffer(4));
    const message = Buffer.alloc(chunk);
    const start = now();
    const total = Math.round((warmUp + seconds) / interval) * ports;
    for (let sent = 0; sent < total; sent++) {
      const wait = start + (sent * interval) / ports - now();
      if (wait > 0) Atomics.wait(sleeper, 0, 0, wait * 1000);
      message.writeDoubleLE(now());
      writeSync(DEVICE + (sent % ports), message);
    }
    finish();
  },
};

jobs[job.job](job);
