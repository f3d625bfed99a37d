import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below the ports that systems give to clients, and to servers that ask for any: those begin at 32768 with Linux, at 49152 elsewhere. */
const FIRST = 20_000;
const END = 32_000;
const TRIES = 100;

/** A TCP port that is free at all addresses, and stays so until it is used: nobody gets it by chance. */
export async function freePort(): Promise<number> {
  for (let tries = 1; ; tries++) {
    const port = randomInt(FIRST, END);
    const server = createServer().listen(port, '0.0.0.0');
    try {
      await once(server, 'listening');
    } catch (error) {
      if (tries === TRIES) throw error;
      continue;
    }
    server.close();
    await once(server, 'close');
    return port;
  }
}
