/**
 * A device of `BYTES_PER_SECOND` on its standard input and output: lines in a scroll region below the first row, and in that row each byte that it
 * gets, at once. After the number of seconds that it is given it is silent, but goes on answering.
 */
const BYTES_PER_SECOND = 1024 * 1024;
const TICK_MS = 5;

const ends = performance.now() + Number(process.argv[2]) * 1000;
const region = Buffer.from('\u001b[2;20r\u001b[20;1H');
let line = 0;
let due = 0;
let last = performance.now();

process.stdin.on('data', (bytes) => {
  for (const byte of bytes) process.stdout.write(`\u001b7\u001b[1;1H<${String.fromCharCode(byte)}>\u001b8`);
});
process.stdout.write(region);
const timer = setInterval(() => {
  const now = performance.now();
  due += ((now - last) / 1000) * BYTES_PER_SECOND;
  last = now;
  let text = '';
  while (text.length < due) text += `${String(++line).padStart(8, '0')} ${'-'.repeat(69)}\r\n`;
  due -= text.length;
  process.stdout.write(text);
  if (now < ends) return;
  clearInterval(timer);
  process.stdout.write('\u001b7\u001b[1;1Hended\u001b8');
}, TICK_MS);
