import * as fc from 'fast-check';
import type { Certificates } from './certificates.js';

/** Entries of `ports` as a file may have them: every documented key, in every spelling that is read. */

/** Each key is there or not. */
const some = <T extends object>(shape: { [K in keyof T]: fc.Arbitrary<T[K]> }, required: (keyof T)[] = []) =>
  fc.record<T, keyof T>(shape, { requiredKeys: required });
const one = <T>(...values: T[]) => fc.constantFrom(...values);
const seconds = one(0.5, 1, 30);
const text = fc.string({ minLength: 1, maxLength: 12 }).filter((value) => value.trim() === value);
const count = fc.integer({ min: 0, max: 50 });

const match = some(
  {
    vid: one<string | number>('0x0403', 1027, '0x10C4'),
    pid: one<string | number>('0x6001', 24_577),
    serial_number: one('A50285BI', 'A*'),
    manufacturer: one('FTDI', 'F?DI'),
    product: one('no such device*'),
    location: one('1-1.4'),
    description: one('n/a'),
    hwid: one('USB VID:PID=0403:*'),
  },
  ['product'],
);

const line = {
  baudrate: one<string | number>(300, 9600, 31_250, 115_200, '57600'),
  bytesize: one<string | number>(5, 6, 7, 8, 'SEVENBITS', 'EIGHTBITS'),
  parity: one('N', 'E', 'odd', 'MARK', 'SPACE', 'none'),
  stopbits: one<string | number>(1, 2, 'ONE', 'TWO'),
  xonxoff: fc.boolean(),
  rtscts: fc.boolean(),
  dsrdtr: fc.boolean(),
  exclusive: fc.boolean(),
  hupcl: fc.boolean(),
  dtr: fc.boolean(),
  rts: fc.boolean(),
  timeout: one<number | null>(1, null),
  write_timeout: one(2),
  inter_byte_timeout: one<number | null>(0.5, null),
};
const serial = fc.oneof(
  some({ port: one('loop://'), ...line }, ['port']),
  some({ match, ...line }, ['match']),
);

const limits = {
  max_connections: count,
  on_limit: one('reject', 'kick-oldest'),
  send_timeout: seconds,
  buffer_limit: one<number | null>(4096, null),
  idle_timeout: one(0, 0.5, 600),
};
const networks = fc.subarray(['127.0.0.1', '10.0.0.0/8', 'fd00::/8']);
const filters = { allow: networks, deny: networks };
const control = some({
  rts: fc.boolean(),
  dtr: fc.boolean(),
  signals: fc.shuffledSubarray(['rts', 'dtr', 'cts', 'dsr', 'ri', 'cd']),
  poll_interval: one(0.1, 2),
});
const address = { address: one('127.0.0.1'), port: one(0) };

export function portEntries(number: number, certificates: Certificates, folder: string): object[] {
  const { certfile, keyfile } = certificates.server;
  const servers = fc.oneof(
    some({ protocol: one('tcp', 'TCP'), ...address, data: one(true), control, ...filters, ...limits }, [
      'protocol',
      'address',
      'port',
    ]),
    some({ protocol: one('telnet', 'TELNET'), ...address, ...filters, ...limits }, [
      'protocol',
      'address',
      'port',
    ]),
    some(
      {
        protocol: one('ssl'),
        ...address,
        ssl: some(
          { certfile: one(certfile), keyfile: one(keyfile), ca_certs: one(certificates.ca.certfile) },
          ['certfile', 'keyfile'],
        ),
        control,
        ...filters,
        ...limits,
      },
      ['protocol', 'address', 'port', 'ssl'],
    ),
    some(
      { protocol: one('websocket'), endpoint: one(''), token: one('secret'), control, ...filters, ...limits },
      ['protocol', 'endpoint'],
    ),
    some({ protocol: one('socket'), address: one(''), mode: one('600', '0660'), control, ...limits }, [
      'protocol',
      'address',
    ]),
  );
  const entry = some(
    {
      name: text,
      max_connections: count,
      on_limit: limits.on_limit,
      serial,
      servers: fc.array(servers, { maxLength: 4 }),
    },
    ['serial', 'servers'],
  );
  // The same ones in every run; names, endpoints and paths are one's own.
  return fc.sample(entry, { numRuns: number, seed: 6 }).map((port, index) => ({
    ...port,
    ...('name' in port && { name: `${port.name} ${index}` }),
    servers: port.servers.map((server, at) => {
      if (server.protocol === 'websocket') return { ...server, endpoint: `e${index}/${at}` };
      if (server.protocol === 'socket') return { ...server, address: `${folder}/${index}-${at}.sock` };
      return server;
    }),
  }));
}
