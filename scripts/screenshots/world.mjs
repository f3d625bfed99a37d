/** What the pictures show: a bench with devices that nobody has at hand, in the states that the server tells of. */

const NOW = Date.parse('2026-03-02T14:05:00');
export const now = new Date(NOW);
const ago = (minutes) => new Date(NOW - minutes * 60_000).toISOString();

const websocket = (endpoint, more = {}) => ({ protocol: 'websocket', endpoint, ...more });
const tcp = (port, more = {}) => ({ protocol: 'tcp', address: '0.0.0.0', port, ...more });
const lines = { rts: true, dtr: true, signals: ['rts', 'dtr', 'cts', 'dsr', 'ri', 'cd'] };

const entry = (name, serial, servers) => ({ name, serial: { baudrate: 115_200, ...serial }, servers });
/** As they would stand in the file. */
export const ports = [
  entry('Core router', { match: { vid: '0x0403', pid: '0x6001', serial_number: 'A50285BI' } }, [
    websocket('core-router', { control: lines }),
    { protocol: 'telnet', address: '0.0.0.0', port: 10_002, allow: ['192.168.1.0/24'] },
  ]),
  entry('CNC mill', { port: '/dev/ttyACM0', baudrate: 250_000 }, [
    tcp(10_003, { control: lines, max_connections: 1, on_limit: 'kick-oldest' }),
    { protocol: 'socket', address: '/run/ser2tcp/mill.sock', mode: '660' },
  ]),
  entry('Weather station', { port: '/dev/ttyUSB1', baudrate: 9600, parity: 'EVEN', bytesize: 'SEVENBITS' }, [
    tcp(10_004, { address: '127.0.0.1' }),
  ]),
  entry('Power meter', { match: { product: 'CP2102*', location: '1-1.4' }, baudrate: 19_200 }, [
    tcp(10_005),
    websocket('meter'),
  ]),
  entry('UPS', { port: '/dev/ttyUSB7', baudrate: 2400 }, [tcp(10_006)]),
];

const client = (address, minutes, bytes_in, bytes_out, more = {}) => ({
  id: address,
  address,
  since: ago(minutes),
  bytes_in,
  bytes_out,
  queue: 0,
  ...more,
});
const clients = {
  'Core router': [
    [client('192.168.1.23:50312', 42, 1812, 88_213, { user: 'anna' })],
    [client('192.168.1.40:41008', 190, 512, 412_990)],
  ],
  'CNC mill': [[client('192.168.1.77:39112', 12, 1_400_210, 90_412, { queue: 18_000 })], []],
};
const states = {
  'Core router': { state: 'online', serial: { port: '/dev/ttyUSB0', connected: true } },
  'CNC mill': { state: 'online', serial: { connected: true } },
  'Weather station': { state: 'offline' },
  'Power meter': {
    state: 'error',
    reason:
      'No serial device matches product CP2102*, location 1-1.4: plug it in, or compare with what ser2tcp --usb lists',
    reason_code: 'missing',
  },
  UPS: {
    state: 'offline',
    reason:
      'Cannot open /dev/ttyUSB7: it is in use by minicom (process 1204); stop that, or set "exclusive": false to share it',
    reason_code: 'busy',
  },
};

const status = (port) => {
  const { name, serial, servers } = port;
  const { state, reason, reason_code, serial: found = {} } = states[name];
  return {
    name,
    serial: {
      bytesize: 8,
      parity: 'N',
      stopbits: 1,
      connected: false,
      ...serial,
      ...framing(serial),
      ...found,
    },
    servers: servers.map((server, at) => ({
      ...server,
      protocol: server.protocol.toUpperCase(),
      accepted: 0,
      refused: 0,
      dropped: 0,
      state: 'online',
      connections: clients[name]?.[at] ?? [],
    })),
    state,
    ...(reason && { reason, reason_code }),
    bytes_read: state === 'online' ? 412_990 : 0,
    bytes_written: state === 'online' ? 18_212 : 0,
    queue: 0,
    losses: 0,
    ...(state === 'online' && {
      signals: { rts: true, dtr: true, cts: true, dsr: name === 'CNC mill', ri: false, cd: true },
    }),
  };
};
const framing = ({ bytesize, parity }) => ({ bytesize: bytesize ? 7 : 8, parity: parity?.[0] ?? 'N' });

const device = (name, product, more) => ({ device: name, product, ...more });
/** The first line of the status stream. */
export const snapshot = {
  ports: ports.map(status),
  detected: [
    device('/dev/ttyUSB0', 'FT232R USB UART', {
      vid: '0x0403',
      pid: '0x6001',
      serial_number: 'A50285BI',
      manufacturer: 'FTDI',
      ports: [0],
      location: '1-1.1',
    }),
    device('/dev/ttyUSB2', 'CP2102N USB to UART Bridge Controller', {
      vid: '0x10C4',
      pid: '0xEA60',
      serial_number: '0001',
      manufacturer: 'Silicon Labs',
      location: '1-1.3',
    }),
    device('/dev/ttyACM1', 'Pico', { vid: '0x2E8A', pid: '0x000A', manufacturer: 'Raspberry Pi' }),
  ],
  admin: true,
};
