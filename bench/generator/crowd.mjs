/** Many clients in one event loop. All of them read into one buffer, so that a read costs its system call and little more. */
import { connect } from 'node:net';
import { percentile } from '../stats.mjs';
import { finish, job, now, readyAsync } from './child.mjs';
import { Checker, PIECE } from './pattern.mjs';
import { maskedFrame, Unframer, upgradeRequest } from './websocket.mjs';

const STAMP_BYTES = 8;
const shared = Buffer.alloc(PIECE);

/**
 * Connects `clients` times to each port; `reader(index)` makes what takes the bytes of one client. With a `path` they are
 * WebSockets, all of one http port.
 */
async function connectAll({ ports, clients, path }, reader) {
  const sockets = [];
  for (const port of ports) {
    for (let i = 0; i < clients; i++) {
      const take = reader(sockets.length);
      const onread = { buffer: shared, callback: (length) => (take(length), true) };
      const socket = connect({ host: '127.0.0.1', port, noDelay: true, onread });
      await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
      if (path) socket.write(upgradeRequest(path));
      sockets.push(socket);
    }
  }
  return sockets;
}

const jobs = {
  /** Every client has to get `bytes`, each of them. */
  async count({ bytes, ...where }) {
    const hello = where.path ? maskedFrame('x') : 'x';
    const checkers = [];
    let complete = 0;
    const sockets = await connectAll(where, (index) => {
      const checker = (checkers[index] = new Checker());
      const unframer = where.path && new Unframer();
      return (length) => {
        if (unframer)
          unframer.take(shared, length, (from, to) => checker.take(shared.subarray(from, to), to - from));
        else checker.take(shared, length);
        if (checker.position === bytes && ++complete === sockets.length) done();
      };
    });
    const done = () => finish({ end: now(), lost: 0 });
    await readyAsync();
    for (const socket of sockets) {
      socket.on('close', () => {
        const short = checkers.reduce((sum, checker) => sum + bytes - checker.position, 0);
        if (short > 0) throw new Error(`a client was disconnected; ${short} bytes short in all`);
      });
      socket.write(hello);
    }
  },

  /** Every client looks at the time that stands at the head of each chunk. */
  async latency({ chunk, warmUp, seconds, interval, ...where }) {
    const perClient = Math.round(seconds / interval);
    const before = Math.round(warmUp / interval);
    const latencies = new Float64Array(perClient * where.ports.length * where.clients);
    let seen = 0;
    const sockets = await connectAll(where, () => {
      const head = Buffer.alloc(STAMP_BYTES);
      let at = 0;
      let chunks = 0;
      return (length) => {
        const arrived = now();
        for (let from = 0; from < length;) {
          if (at < STAMP_BYTES) shared.copy(head, at, from, from + STAMP_BYTES - at);
          const step = Math.min(chunk - at, length - from);
          from += step;
          at += step;
          if (at < chunk) continue;
          at = 0;
          if (++chunks > before) latencies[seen++] = (arrived - head.readDoubleLE()) * 1e3;
        }
        if (seen === latencies.length) {
          latencies.sort();
          finish({ p50: percentile(latencies, 0.5), p99: percentile(latencies, 0.99) });
        }
      };
    });
    await readyAsync();
    for (const socket of sockets) socket.write('x');
  },
};

await jobs[job.job](job);
