import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { Client, closeClients } from '../support/client.js';
import type { GuestServer } from '../support/guest-server.js';
import { Reader } from '../support/reader.js';
import { describeWithRig, Device, Rig } from '../support/rig.js';

const ADAPTER = 0;
const TTY = '/dev/ttyUSB0';
const BY_ID = '/dev/serial/by-id/usb-QEMU_QEMU_USB_SERIAL_RIG0001-if00-port0';
/** The ways to say which device is meant, and why a client is refused while it is pulled. */
const WAYS = [
  { way: 'path', serial: { port: TTY }, refusal: `Cannot open ${TTY}: there is no such device` },
  {
    way: 'match',
    serial: { match: { serial_number: 'RIG0001' } },
    refusal: 'No serial device matches serial_number RIG0001',
  },
  { way: 'by-id', serial: { port: BY_ID }, refusal: `Cannot open ${BY_ID}: there is no such device` },
];

/** Sends a byte and waits until it comes back, again and again; `stop` returns the longest wait in ms. */
function keepEchoing({ socket, got }: Client): { stop(): Promise<number> } {
  let stopped = false;
  let longest = 0;
  const echo = async () => {
    while (!stopped) {
      const start = performance.now();
      socket.write('.');
      if ((await got.take(1)).length === 0) throw new Error('The neighbour was closed');
      longest = Math.max(longest, performance.now() - start);
    }
    return longest;
  };
  const done = echo();
  // Told by `stop`; a test that failed before does not get there.
  done.catch(() => {});
  return {
    stop: () => {
      stopped = true;
      return done;
    },
  };
}

describeWithRig('an adapter that is pulled', () => {
  let rig: Rig;
  let server: GuestServer;
  let device: Device;
  let neighbour: Client;

  beforeAll(async () => {
    rig = await Rig.use();
    server = await rig.serve([
      ...WAYS.map(({ way, serial }) => ({ name: way, serial: { ...serial, baudrate: 115200 } })),
      { name: 'neighbour', serial: { port: '/dev/ttyS1', baudrate: 115200 } },
    ]);
    device = await rig.device('usb0');
    const { socket } = await rig.device('S1');
    socket.pipe(socket);
  }, 200_000);
  beforeEach(async () => {
    neighbour = await server.join('neighbour');
  });
  afterEach(async () => {
    closeClients();
    await rig?.restore();
  });
  afterAll(() => rig?.leave());

  /** Bytes go both ways between a new client of the port and the device. */
  async function expectServed(port: string): Promise<void> {
    const client = await server.join(port);
    client.socket.write('to the device');
    expect(await device.got.text(13)).toBe('to the device');
    device.socket.write('to the client');
    expect(await client.got.text(13)).toBe('to the client');
    await server.leave(client);
  }

  describe.each(WAYS)('configured by $way', ({ way, serial, refusal }) => {
    it('closes its clients within a second, says so once, and serves the next client when it is back', async () => {
      const log = server.logFromNow();
      const echoes = keepEchoing(neighbour);
      const clients = [await server.join(way), await server.join(way)];
      for (const { socket } of clients) socket.resume();

      const start = performance.now();
      await Promise.all([rig.unplug(ADAPTER), ...clients.map(({ ended }) => ended)]);
      expect(performance.now() - start).toBeLessThan(1000);
      await server.released('/dev/ttyUSB');
      expect(await server.refusal(way)).toContain(refusal);

      // Where a descriptor was left open, the system gives it another name, and this fails.
      await rig.plug(ADAPTER, TTY);
      await expectServed(way);
      expect(log.with(/WARNING .* lost /)).toEqual([
        expect.stringContaining(`[${way}] lost ${serial.port ?? TTY}: it was unplugged or hung up`),
      ]);
      expect(await echoes.stop()).toBeLessThan(3000);
    });
  });

  it('takes no processor time', async () => {
    const client = await server.join('path');
    await rig.unplug(ADAPTER);
    await client.ended;
    // Every 5 s it looks where its devices are, which takes a slow guest up to a second; between, there is nothing to do.
    const loads = await server.loads(9);
    expect(loads.sort((a, b) => a - b)[2]).toBeLessThan(0.05);
  });

  it('takes bytes with it that were on their way, and holds nobody up', async () => {
    const echoes = keepEchoing(neighbour);
    const clients = [await server.join('path'), await server.join('path')] as const;
    for (const { socket } of clients) socket.resume().write(randomBytes(4 * 1024 * 1024));
    expect(await device.got.take(64 * 1024)).toHaveLength(64 * 1024);

    const start = performance.now();
    await Promise.all([rig.unplug(ADAPTER), ...clients.map(({ ended }) => ended)]);
    expect(performance.now() - start).toBeLessThan(1000);
    await server.released('/dev/ttyUSB');
    expect(await echoes.stop()).toBeLessThan(3000);
    // Not all of it may have been looked at.
    device.got = new Reader(device.socket);
  });

  it('is found under the name that it has when it comes back', async () => {
    await rig.unplug(0);
    await rig.unplug(1);
    await rig.plug(1, '/dev/ttyUSB0');
    await rig.plug(0, '/dev/ttyUSB1');
    const log = server.logFromNow();
    await expectServed('match');
    await log.said(/\[match\] opened \/dev\/ttyUSB1$/);
    await expectServed('by-id');

    await rig.unplug(0);
    await rig.unplug(1);
  });
});
