import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * ser2net 4. It waits for more bytes before it sends some (`chardelay`), which makes a trip 3 ms; that is off here, and
 * its buffers are 64 KiB, so that it shows its best.
 */
export const ser2net = {
  name: 'ser2net',
  package: 'ser2net',
  command({ ttys, ports, clients, folder }) {
    const file = join(folder, 'ser2net.yaml');
    const entries = ttys.map(
      (tty, index) => `connection: &port${index}
  accepter: tcp(nodelay=true),127.0.0.1,${ports[index]}
  connector: serialdev,${tty},115200n81,local
  options:
    max-connections: ${clients}
    chardelay: false
    dev-to-net-bufsize: 65536
    net-to-dev-bufsize: 65536
    mdns: false
`,
    );
    writeFileSync(file, entries.join(''));
    return ['ser2net', ['-n', '-c', file]];
  },
};
