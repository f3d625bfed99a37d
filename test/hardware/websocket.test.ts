import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import type { GuestServer } from '../support/guest-server.js';
import { lag } from '../support/lag.js';
import { describeWithRig, Rig } from '../support/rig.js';
import { closeWsClients, connectWs, type WsClient } from '../support/websocket.js';

const ALL = ['rts', 'dtr', 'cts', 'dsr', 'ri', 'cd'];
const QUIET = { cts: false, dsr: false, ri: false, cd: false };
const BYTES = Buffer.from(Array.from({ length: 20_000 }, (_, index) => (index * 7) & 0xff));

describeWithRig('a WebSocket', () => {
  let rig: Rig;
  let server: GuestServer;

  beforeAll(async () => {
    rig = await Rig.use();
    server = await rig.serve([
      { name: 'adapter', serial: { port: '/dev/ttyUSB0' }, websocket: {} },
      {
        name: 'lines',
        serial: { port: '/dev/ttyS3' },
        websocket: { control: { rts: true, dtr: true, signals: ALL } },
      },
    ]);
  }, 200_000);
  afterEach(closeWsClients);
  afterAll(() => rig?.leave());

  /** What the client is told next. */
  const told = async (client: WsClient) => (await client.text(client.texts.length + 1)).at(-1);

  it('is told within 0.2 s of lines that the device changes', async () => {
    await rig.lines('S3', '-cts', '-dsr', '-ri', '-cd');
    const client = await server.joinWs('lines');
    await client.text(1);
    const signals = { rts: true, dtr: true, ...QUIET };
    expect(client.texts).toEqual([{ signals }]);
    const waits: number[] = [];
    for (const line of ['cts', 'dsr', 'ri', 'cd'] as const) {
      const report = told(client);
      waits.push(await lag(rig.lines('S3', `+${line}`), report));
      signals[line] = true;
      expect(await report).toEqual({ signals });
    }
    // Of a busy machine one may be late.
    expect(waits.sort((a, b) => a - b)[2]).toBeLessThan(200);
  });

  it('sets lines that the device sees, and every client is told', async () => {
    await rig.lines('S3', '-cts', '-dsr', '-ri', '-cd');
    const clients = [await server.joinWs('lines'), await server.joinWs('lines')];
    const [first] = clients as [WsClient];
    for (const client of clients) await client.text(1);
    for (const [command, rts, dtr] of [
      ['{"rts": false}', false, true],
      ['{"dtr": false}', false, false],
      ['{"rts": true, "dtr": true}', true, true],
    ] as const) {
      const reports = clients.map(told);
      first.ws.send(command);
      for (const report of reports) expect(await report).toEqual({ signals: { rts, dtr, ...QUIET } });
      expect(await rig.lines('S3')).toContain(`from guest: DTR=${Number(dtr)} RTS=${Number(rts)}`);
    }
  });

  it('of the monitor shows all that goes to an adapter and comes from it', async () => {
    const monitor = await connectWs(`${server.url}/ws/monitor/adapter?format=json`);
    const client = await server.joinWs('adapter');
    const device = await rig.device('usb0');
    client.ws.send(BYTES);
    device.socket.write(BYTES);
    expect((await device.got.take(BYTES.length)).equals(BYTES)).toBe(true);
    expect(await client.take(BYTES.length)).toBe(BYTES.toString('latin1'));
    const seen = { tx: '', rx: '' };
    for (let count = 1; seen.tx.length < BYTES.length || seen.rx.length < BYTES.length; count++) {
      const { dir, data } = (await monitor.text(count)).at(-1) as { dir: 'tx' | 'rx'; data: string };
      seen[dir] += atob(data);
    }
    expect(Object.values(seen).every((bytes) => bytes === BYTES.toString('latin1'))).toBe(true);
  });
});
