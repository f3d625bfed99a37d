import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { Client, closeClients } from '../support/client.js';
import type { GuestServer } from '../support/guest-server.js';
import { describeWithRig, Rig } from '../support/rig.js';

const SERIAL = { port: '/dev/ttyS3', baudrate: 115200 };
const ALL = ['rts', 'dtr', 'cts', 'dsr', 'ri', 'cd'];
const bytes = (hex: string) => Buffer.from(hex, 'hex');

describeWithRig('the modem lines of a 16550A', () => {
  let rig: Rig;
  let server: GuestServer;

  beforeAll(async () => {
    rig = await Rig.use();
    server = await rig.serve([
      { name: 'lines', serial: SERIAL, server: { control: { rts: true, dtr: true, signals: ALL } } },
      { name: 'terminal', serial: SERIAL, server: { protocol: 'telnet' } },
      { name: 'low', serial: { ...SERIAL, dtr: false, rts: false } },
    ]);
  }, 200_000);
  afterEach(() => closeClients());
  afterAll(() => rig.leave());

  const report = async (client: Client) => (await client.got.take(2)).toString('hex');

  it('are set by escape bytes, and the device sees them', async () => {
    await rig.lines('S3', '-cts', '-dsr', '-ri', '-cd');
    const client = await server.join('lines');
    expect(await rig.lines('S3')).toMatch(/from guest: DTR=1 RTS=1/);
    client.socket.write(bytes('ff00'));
    expect(await report(client)).toBe('ff82');
    expect(await rig.lines('S3')).toMatch(/from guest: DTR=1 RTS=0/);
    client.socket.write(bytes('ff10ff01'));
    expect([await report(client), await report(client)]).toEqual(['ff80', 'ff81']);
    expect(await rig.lines('S3')).toMatch(/from guest: DTR=0 RTS=1/);
    await server.leave(client);
  });

  it('are reported within 0.2 s when the device changes them', async () => {
    await rig.lines('S3', '-cts', '-dsr', '-ri', '-cd');
    const client = await server.join('lines');
    client.socket.write(bytes('ffc0'));
    expect(await report(client)).toBe('ff83');
    for (const [change, expected] of [
      ['+cts', 'ff87'],
      ['+dsr', 'ff8f'],
      ['+ri', 'ff9f'],
      ['+cd', 'ffbf'],
      ['-ri', 'ffaf'],
      ['-cts', 'ffab'],
    ] as const) {
      const came = report(client).then((text) => ({ text, at: performance.now() }));
      await rig.lines('S3', change);
      const changed = performance.now();
      const { text, at } = await came;
      expect(text).toBe(expected);
      expect(at - changed).toBeLessThan(200);
    }
    await server.leave(client);
  });

  it('are low from the start where the configuration says so', async () => {
    const client = await server.join('low');
    expect(await rig.lines('S3')).toMatch(/from guest: DTR=0 RTS=0/);
    await server.leave(client);
  });

  it('carry the break of a telnet client to the device', async () => {
    const breaks = async () => Number(/breaks\D*(\d+)/i.exec(await rig.lines('S3'))?.[1]);
    const client = await server.join('terminal');
    const before = await breaks();
    client.socket.write(bytes('fff3fff6'));
    expect(await client.got.upTo('yes]')).toContain('ser2tcp');
    await server.leave(client);
    expect(await breaks()).toBe(before + 1);
  });
});
