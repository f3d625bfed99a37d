/**
 * A device that sends the bytes of a file again and again, so many of them in all: `node pattern-device.mjs <file> <bytes>`. It begins when it gets a
 * byte, and stays until it is hung up. A process of its own, so that it is not slowed down by those who read.
 */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';

const [file, bytes] = process.argv.slice(2);
const pattern = readFileSync(file);

process.stdin.on('end', () => process.exit());
await once(process.stdin, 'data');
for (let left = Number(bytes); left > 0; left -= pattern.length)
  if (!process.stdout.write(pattern.subarray(0, left))) await once(process.stdout, 'drain');
