import { randomBytes } from 'node:crypto';
import type { Client } from './client.js';

const PIECE_BYTES = 4096;

/**
 * Sends random bytes through a loop device, piece after piece, and compares what comes back. The function that it returns
 * ends that and gives all that was sent; it rejects when a byte was lost or changed.
 */
export function streamThrough(client: Client): () => Promise<Buffer> {
  const sent: Buffer[] = [];
  let going = true;
  const run = async () => {
    while (going) {
      const piece = randomBytes(PIECE_BYTES);
      sent.push(piece);
      client.socket.write(piece);
      const back = await client.got.take(piece.length);
      if (!back.equals(piece)) throw new Error(`The stream broke in piece ${sent.length}`);
    }
  };
  const done = run();
  done.catch(() => {});
  return async () => {
    going = false;
    await done;
    return Buffer.concat(sent);
  };
}
