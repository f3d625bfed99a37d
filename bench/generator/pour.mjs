/**
 * In place of a server and its device, to see what the crowd can take: writes of 64 KiB to every client that has room,
 * and nothing else. What it reaches is the bound of the crowd and of the loopback interface.
 */
import { createServer } from 'node:net';
import { bytesAt, PIECE } from './pattern.mjs';

const [port, bytes] = process.argv.slice(2).map(Number);

createServer({ noDelay: true }, (socket) => {
  let sent = 0;
  const more = () => {
    if (sent === bytes) return;
    const piece = bytesAt(sent, Math.min(PIECE, bytes - sent));
    sent += piece.length;
    socket.write(piece, more);
  };
  socket.once('data', more);
  socket.on('error', () => {});
}).listen(port, '127.0.0.1', 1000);
