/** One stream of bytes over a descriptor that blocks. */
import { readSync, writeSync } from 'node:fs';
import { now } from './child.mjs';
import { bytesAt, Checker, PIECE } from './pattern.mjs';

const buffer = Buffer.alloc(PIECE);

export function send(fd, { warmUp = 0, bytes }) {
  const all = warmUp + bytes;
  for (let sent = 0; sent < all;) sent += writeSync(fd, bytesAt(sent, Math.min(PIECE, all - sent)));
}

/** Takes the bytes and checks each; the rate is that after the warm-up, in which a server may still be compiling itself. */
export function receive(fd, { warmUp, bytes }) {
  const checker = new Checker();
  const take = (until) => {
    while (checker.position < until) {
      const length = readSync(fd, buffer);
      if (length === 0) throw new Error(`disconnected after ${checker.position} bytes`);
      checker.take(buffer, length);
    }
    return { at: now(), position: checker.position };
  };
  const start = take(warmUp);
  const end = take(warmUp + bytes);
  return { rate: (end.position - start.position) / (end.at - start.at) };
}
