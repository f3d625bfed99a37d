import { describe, expect, it } from '@jest/globals';
import { inWords, placeInWords } from '../../client/src/editor/in-words.js';
import type { PortStatus } from '../../client/src/api/index.js';

describe('what the form calls a value', () => {
  it.each([
    ['', ''],
    ['name', 'Name'],
    ['serial.port', 'Device'],
    ['serial.match.vid', 'Vendor id'],
    ['serial.dtr', 'DTR at open'],
    ['servers', 'Ways in'],
    ['servers[1]', 'Way in 2'],
    ['servers[1].port', 'Way in 2, TCP port'],
    ['servers[0].ssl.ca_certs', 'Way in 1, Authority of client certificates'],
    ['servers[0].control.dtr', 'Way in 1, Clients may set DTR'],
    ['servers[0].send_timeout', 'Way in 1, Client must take its bytes within'],
    ['of_another_version', 'of_another_version'],
  ])('%s is "%s"', (path, words) => expect(placeInWords(path)).toBe(words));
});

describe('what the server says of an entry', () => {
  const server = { protocol: 'TCP', address: '0.0.0.0', port: 0, where: '0.0.0.0:4711', connections: [] };
  const ports = [
    { serial: { port: '/dev/ttyS0' }, servers: [] },
    { name: 'Router', serial: { port: 'loop://' }, servers: [server] },
  ] as unknown as PortStatus[];
  const LISTEN = 'Cannot listen on 127.0.0.1:4711: another program or server has it';
  const NO_ADDRESS = 'Cannot listen on 10.9.9.9:4711: this machine does not have that address';
  it.each([
    ['is the device that it lacks', {}, 'serial', 'needs "port"', 'Enter its path, such as /dev/ttyUSB0.'],
    ['stays with attributes', { serial: { match: {} } }, 'serial', 'needs "port"', 'needs "port"'],
    [
      'names who has its address',
      { servers: [{ address: '127.0.0.1', port: 4711 }] },
      'servers[0]',
      LISTEN,
      'Router has it already. Choose another.',
    ],
    [
      'stays when none of ours has it',
      { servers: [{ address: '127.0.0.1', port: 4712 }] },
      'servers[0]',
      LISTEN,
      LISTEN,
    ],
    [
      'stays when this machine lacks its address',
      { servers: [{ address: '10.9.9.9', port: 4711 }] },
      'servers[0]',
      NO_ADDRESS,
      NO_ADDRESS,
    ],
    [
      'names who has its name',
      {},
      'name',
      'is taken by ports[0]',
      '/dev/ttyS0 has it already. Choose another.',
    ],
  ])('%s', (_what, entry, path, message, said) => {
    expect(inWords([{ path, message }], entry, ports).map((issue) => issue.message)).toEqual([said]);
  });
});
