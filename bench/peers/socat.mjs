/**
 * One client on one port is what socat does. Its own buffer is 8 KiB; 64 KiB take it from 150 to 280 MiB/s toward the
 * device and cost nothing elsewhere, so it gets them. `nonblock` brings it nothing.
 */
export const socat = {
  name: 'socat',
  package: 'socat',
  command({ ttys, ports }) {
    const listen = `TCP-LISTEN:${ports[0]},bind=127.0.0.1,reuseaddr,nodelay`;
    return ['socat', ['-b', '65536', listen, `FILE:${ttys[0]},raw,echo=0`]];
  },
};
