/**
 * A device of `BYTES_PER_SECOND` on its standard input and output: lines in a scroll region below the first row, and in that row each byte that it
 * gets and when, at once. After the number of seconds that it is given it is silent, but goes on answering. What it sends is also in the file that it is given.
 */
import { openSync, writeSync } from 'node:fs';

const BYTES_PER_SECOND = 1024 * 1024;
const TICK_MS = 5;

const ends = performance.now() + Number(process.argv[2]) * 1000;
const log = openSync(process.argv[3], 'w');
let line = 0;
let due = 0;
let last = performance.now();

const send = (text) => {
  writeSync(log, text);
  process.stdout.write(text);
};
const top = (text) => send(`\u001b7\u001b[1;1H${text}\u001b8`);

process.stdin.on('data', (bytes) => {
  const now = (performance.timeOrigin + performance.now()).toFixed(1);
  for (const byte of bytes) if (byte > 32) top(`<${String.fromCharCode(byte)} ${now}>`);
});
send('\u001b[2;20r\u001b[20;1H');
const timer = setInterval(() => {
  const now = performance.now();
  due += ((now - last) / 1000) * BYTES_PER_SECOND;
  last = now;
  let text = '';
  while (text.length < due) text += `${String(++line).padStart(8, '0')} ${'-'.repeat(69)}\r\n`;
  due -= text.length;
  send(text);
  if (now < ends) return;
  clearInterval(timer);
  // Often enough that a view which breaks lines leaves one of them whole.
  top('ended'.repeat(8));
}, TICK_MS);
