import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { closeClients } from '../support/client.js';
import type { GuestServer } from '../support/guest-server.js';
import { lag } from '../support/lag.js';
import { describeWithRig, Rig } from '../support/rig.js';
import { closeStatusClients, StatusClient } from '../support/status.js';

const ADAPTER = 1;
const TTY = '/dev/ttyUSB1';

describeWithRig('the live status', () => {
  let rig: Rig;
  let server: GuestServer;
  let stream: StatusClient;

  beforeAll(async () => {
    rig = await Rig.use();
    server = await rig.serve([
      { name: 'adapter', serial: { port: TTY } },
      { name: 'lines', serial: { port: '/dev/ttyS3' } },
    ]);
  }, 200_000);
  beforeEach(async () => {
    stream = await StatusClient.open(server.url);
    await stream.until(({ lines }) => lines.length > 0);
  });
  afterEach(async () => {
    closeStatusClients();
    closeClients();
    await rig?.restore();
  });
  afterAll(() => rig?.leave());

  const adapter = () => stream.ports[0];
  const detected = () => stream.detected.some(({ device }) => device === TTY);
  /** When what was awaited was seen, in ms after `done` came to its end. */
  const after = (done: Promise<unknown>, seen: () => boolean) => lag(done, stream.until(seen));

  it('shows within a second that an adapter is pulled and plugged in, while nobody uses it', async () => {
    const gone = () => !detected() && adapter()?.state === 'error';
    expect(await after(rig.unplug(ADAPTER), gone)).toBeLessThan(1000);
    const back = () => detected() && adapter()?.state === 'offline';
    expect(await after(rig.plug(ADAPTER, TTY), back)).toBeLessThan(1000);
    expect(stream.detected.find(({ device }) => device === TTY)).toMatchObject({ serial_number: 'RIG0002' });
  });

  it('shows within a second that an adapter in use is lost', async () => {
    const client = await server.join('adapter');
    client.socket.resume();
    await stream.until(() => adapter()?.state === 'online');
    const gone = () => adapter()?.state === 'error' && adapter()?.losses === 1;
    expect(await after(rig.unplug(ADAPTER), gone)).toBeLessThan(1000);
    expect(adapter()?.servers[0]?.connections).toEqual([]);
  });

  it('shows lines that the device changes within 0.2 s', async () => {
    await rig.lines('S3', '-cts', '-dsr', '-ri', '-cd');
    await server.join('lines');
    const lines = () => stream.ports[1]?.signals;
    await stream.until(() => lines()?.cts === false);
    const changes = [
      ['+cts', () => lines()?.cts === true],
      ['+ri', () => lines()?.ri === true],
      ['+cd', () => lines()?.cd === true],
      ['-cts', () => lines()?.cts === false],
    ] as const;
    const waits: number[] = [];
    for (const [change, seen] of changes) waits.push(await after(rig.lines('S3', change), seen));
    // Of a busy machine one may be late.
    expect(waits.sort((a, b) => a - b)[2]).toBeLessThan(200);
  });
});
