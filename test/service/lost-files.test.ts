import { expect, it } from '@jest/globals';
import { checkConfig } from '../../src/config/check.js';
import { lostFiles } from '../../src/service/lost-files.js';

const SOCKET = '/run/ser2tcp/a.sock';
const configOf = (device: string, socket: string, certfile: string) =>
  checkConfig({
    ports: [{ serial: { port: device }, servers: [{ protocol: 'socket', address: socket }] }],
    http: [{ port: 8443, ssl: { certfile, keyfile: '/etc/ser2tcp/server.key' } }],
  });
const lost = async (scope: 'user' | 'system', device: string, socket: string, certfile = '/etc/server.crt') =>
  (await lostFiles(configOf(device, socket, certfile), scope)).map(
    ({ path, message }) => `${path}: ${message}`,
  );

it.each(['/tmp/vmodem0', '/run/user/1000/vmodem0', '/var/run/user/1000/vmodem0', '/dev/../home/ann/vmodem0'])(
  'the system service does not see the device %s, and that of a user does',
  async (device) => {
    expect(await lost('system', device, SOCKET)).toEqual([
      `ports[0].serial.port: the system service does not see ${device}; take a path of the device below /dev or /run`,
    ]);
    expect(await lost('user', device, SOCKET)).toEqual([]);
  },
);

it.each(['user', 'system'] as const)(
  'a device is looked for where the %s service is started',
  async (scope) => {
    expect(await lost(scope, 'ttyV1', SOCKET)).toEqual([
      'ports[0].serial.port: ttyV1 would be looked for in the folder of the service; write the whole path',
    ]);
  },
);

it.each([
  '/run/ser2tcp.sock',
  '/run/ser2tcp/../a.sock',
  '/var/run/user/1000/a.sock',
  '/tmp/a.sock',
  '/srv/a.sock',
])('the system service may not make the socket %s, and that of a user may', async (socket) => {
  expect(await lost('system', 'loop://', socket)).toEqual([
    `ports[0].servers[0].address: the system service may not make ${socket}, or nobody else would see it; take /run/ser2tcp for sockets`,
  ]);
  expect(await lost('user', 'loop://', socket)).toEqual([]);
});

it.each(['/home/ann/server.crt', '/etc/../home/ann/server.crt'])(
  'it does not see the certificate %s',
  async (certfile) => {
    expect(await lost('system', 'loop://', SOCKET, certfile)).toEqual([
      `http[0].ssl.certfile: the system service does not see ${certfile}; take /etc/ser2tcp for certificates`,
    ]);
  },
);

it.each([
  ['/dev/serial/by-id/usb-x', SOCKET],
  ['loop://', '/var/run/ser2tcp/a.sock'],
  ['/run/vmodem0', '/etc/ser2tcp/a.sock'],
])('it sees %s and makes %s', async (device, socket) => {
  expect(await lost('system', device, socket)).toEqual([]);
});

it('finds a device by its attributes', async () => {
  const config = checkConfig({ ports: [{ serial: { match: { vid: '0403' } }, servers: [] }] });
  expect(await lostFiles(config, 'system')).toEqual([]);
});
