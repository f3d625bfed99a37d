import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Another build may be measured in place of this one's, to compare two versions. */
const main = process.env.SER2TCP_MAIN ?? fileURLToPath(new URL('../../dist/main.js', import.meta.url));

const hashOf = (password) =>
  execFileSync(process.execPath, [main, '--hash-password', password], { encoding: 'utf8' }).trim();

/** This server, with its defaults. */
export const ser2tcp = {
  name: 'ser2tcp',
  command({ ttys, ports, http, accounts, folder }) {
    const file = join(folder, 'config.json');
    const entries = ttys.map((tty, index) => ({
      serial: { port: tty, baudrate: 115200 },
      servers: [
        { protocol: 'tcp', address: '127.0.0.1', port: ports[index] },
        { protocol: 'websocket', endpoint: `port${index}` },
      ],
    }));
    const servers = http && [{ address: '127.0.0.1', port: http }];
    const users = accounts && [{ login: 'user1', password: hashOf('right'), admin: true }];
    writeFileSync(file, JSON.stringify({ ports: entries, http: servers, users }));
    return [process.execPath, [main, '-c', file]];
  },
};
