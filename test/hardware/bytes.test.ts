import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { closeClients } from '../support/client.js';
import type { GuestServer } from '../support/guest-server.js';
import { describeWithRig, Device, Rig } from '../support/rig.js';

/** Every byte, and enough to go through all buffers on the way. */
const BYTES = Buffer.concat([
  Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)),
  randomBytes(100_000),
]);

/** What a configuration makes of a tty, as stty says it. */
interface Row {
  what: string;
  serial: object;
  words: string;
}
const SETTINGS: Row[] = [
  { what: 'the defaults', serial: {}, words: 'speed 9600 cs8 -parenb -cstopb -crtscts -ixon -ixoff' },
  {
    what: '7E2 at 19200',
    serial: { baudrate: 19200, bytesize: 7, parity: 'E', stopbits: 2 },
    words: 'speed 19200 cs7 parenb -parodd -cmspar cstopb',
  },
  {
    what: 'odd parity',
    serial: { baudrate: 115200, parity: 'ODD' },
    words: 'speed 115200 cs8 parenb parodd -cmspar -cstopb',
  },
  {
    what: 'mark parity',
    serial: { parity: 'MARK', bytesize: 'SEVENBITS' },
    words: 'cs7 parenb parodd cmspar',
  },
  { what: 'space parity', serial: { parity: 'S' }, words: 'cs8 parenb -parodd cmspar' },
  { what: 'even parity after space', serial: { parity: 'E' }, words: 'cs8 parenb -parodd -cmspar' },
  { what: 'RTS and CTS', serial: { rtscts: true }, words: 'crtscts -ixon -ixoff' },
  { what: 'XON and XOFF', serial: { xonxoff: true }, words: '-crtscts ixon ixoff -ixany' },
  { what: 'DTR kept at the end', serial: { hupcl: false }, words: '-hupcl' },
  { what: 'DTR as it was', serial: {}, words: '-hupcl' },
  { what: 'DTR dropped at the end', serial: { hupcl: true }, words: 'hupcl' },
];
/** The drivers of USB adapters know fewer formats. */
const UART_SETTINGS: Row[] = [
  { what: '5 bits, 1.5 stop bits', serial: { bytesize: 5, stopbits: 1.5 }, words: 'cs5 cstopb' },
  { what: '6 bits', serial: { bytesize: 6 }, words: 'cs6 -cstopb' },
];
/** What every tty must be to carry any byte as it is. */
const RAW = '-icanon -isig -iexten -echo -opost -istrip -inlcr -igncr -icrnl -inpck cread clocal';

const words = (text: string) => text.split(/[;\s]+/);

describeWithRig('a serial port of a real kernel', () => {
  const drivers = [
    { driver: 'ftdi_sio', hardware: 'usb0', tty: '/dev/ttyUSB0', settings: SETTINGS },
    { driver: '16550A', hardware: 'S1', tty: '/dev/ttyS1', settings: [...SETTINGS, ...UART_SETTINGS] },
  ];
  let rig: Rig;
  let server: GuestServer;

  beforeAll(async () => {
    rig = await Rig.use();
    server = await rig.serve([
      ...drivers.flatMap(({ hardware, tty, settings }) => [
        { name: hardware, serial: { port: tty, baudrate: 115200 } },
        { name: `${hardware} at 74880`, serial: { port: tty, baudrate: 74880 } },
        ...settings.map(({ what, serial }) => ({
          name: `${hardware} ${what}`,
          serial: { port: tty, ...serial },
        })),
      ]),
      { name: 'wired', serial: { port: '/dev/ttyS3', baudrate: 19200, stopbits: 2 } },
    ]);
  }, 200_000);
  afterEach(closeClients);
  afterAll(() => rig?.leave());

  describe.each(drivers)('of the driver $driver', ({ hardware, tty, settings }) => {
    let device: Device;
    beforeAll(async () => {
      device = await rig.device(hardware);
    });

    it('carries 100 kB of all values both ways at once', async () => {
      const client = await server.join(hardware);
      client.socket.write(BYTES);
      device.socket.write(BYTES);
      expect((await device.got.take(BYTES.length)).equals(BYTES)).toBe(true);
      expect((await client.got.take(BYTES.length)).equals(BYTES)).toBe(true);
      await server.leave(client);
      // The 16550A is emulated byte by byte: 7 kB/s on a busy machine.
    }, 120_000);

    it.each(settings)('has the settings of the configuration: $what', async (row) => {
      const client = await server.join(`${hardware} ${row.what}`);
      const said = words(await rig.exec(`stty -a -F ${tty}`));
      expect(said).toEqual(expect.arrayContaining([...words(RAW), ...words(row.words)]));
      await server.leave(client);
    });

    it('has a baud rate that is in no table', async () => {
      const client = await server.join(`${hardware} at 74880`);
      expect(await rig.exec(`modem ${tty} termios`)).toContain('termios 74880/74880 baud');
      await server.leave(client);
    });
  });

  it('tells the hardware its settings', async () => {
    const client = await server.join('wired');
    // The far end is a pseudo-terminal: it has speed and stop bits, and always 8N.
    expect(await rig.lines('S3')).toContain('19200 8N2');
    await server.leave(client);
  });
});
