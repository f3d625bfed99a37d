/**
 * Sends a few bytes to a TCP port that gives them back, every 5 ms, in a process of its own so that what a test does meanwhile does not count. For each
 * line on standard input it prints as JSON how many round trips there were since the last one, and the slowest of them, in milliseconds.
 */
import { connect } from 'node:net';
import { createInterface } from 'node:readline';

const EVERY_MS = 5;
const BYTES = 16;

const socket = connect({ port: Number(process.argv[2]), host: '127.0.0.1', noDelay: true });
let trips = 0;
/** What came in place of what was sent. */
const wrong = [];
let slowest = 0;
let count = 0;

const ping = () => {
  const sent = Buffer.alloc(BYTES, ++count % 251);
  const began = performance.now();
  let got = Buffer.alloc(0);
  const take = (chunk) => {
    got = Buffer.concat([got, chunk]);
    if (got.length < BYTES) return;
    socket.off('data', take);
    if (!got.equals(sent)) wrong.push(`${sent.toString('hex')} came back as ${got.toString('hex')}`);
    trips++;
    slowest = Math.max(slowest, performance.now() - began);
    setTimeout(ping, EVERY_MS);
  };
  socket.on('data', take);
  socket.write(sent);
};
socket.once('connect', ping);

createInterface({ input: process.stdin }).on('line', () => {
  console.log(JSON.stringify({ trips, wrong, slowest }));
  trips = slowest = 0;
});
process.stdin.on('end', () => process.exit());
