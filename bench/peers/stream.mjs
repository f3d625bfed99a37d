import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('stream-server.mjs', import.meta.url));

/** The same job over serialport's own stream. */
export const stream = {
  name: 'stream',
  command: ({ ttys, ports }) => [process.execPath, [script, ttys[0], String(ports[0])]],
};
