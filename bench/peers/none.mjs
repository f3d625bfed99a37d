import { fileURLToPath } from 'node:url';

/** No server: the client opens the tty itself. It shows what PTY and generator can do, which no server can pass. */
export const none = { name: 'none' };

const script = fileURLToPath(new URL('../generator/pour.mjs', import.meta.url));

/** No server and no device for the rows with many clients: all that the crowd of clients can take. */
export const pour = {
  name: 'none',
  deviceless: true,
  command: ({ ports, bytes }) => [process.execPath, [script, String(ports[0]), String(bytes)]],
};
