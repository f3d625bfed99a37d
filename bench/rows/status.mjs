import { setTimeout as sleep } from 'node:timers/promises';
import { measureBusy, serve } from '../bed.mjs';
import { generate } from '../children.mjs';

/** As in the row of many ports: 115200 baud in chunks of a USB adapter. */
const CHUNK = { chunk: 144, interval: 0.0125 };
/** For readers that come or have gone, which costs by itself. */
const SETTLE_SECONDS = 1;

/** A rack of devices, all of them talking, and a wall of consoles that show it. */
export const status = {
  name: 'status',
  peers: ['ser2tcp'],
  seconds: 60,
  rounds: 3,
  size: { ports: 64, clients: 4, warmUp: 2, turns: 4, seconds: 2, readers: 50 },
  quick: { ports: 8, clients: 2, warmUp: 0.5, turns: 1, seconds: 0.5, readers: 5 },

  /** With and without readers by turns, so that what else the machine does falls on both alike. */
  measure: (peer, { seconds, turns, readers, ...size }) =>
    serve(peer, { ...size, management: true }, async ({ ptys, ports, http, pid }) => {
      const load = { ...size, ...CHUNK, seconds: 2 * turns * (seconds + SETTLE_SECONDS) + turns };
      const masters = ptys.map((pty) => pty.master);
      const device = await generate('device', { job: 'paced', ...load }, masters);
      const crowd = await generate('crowd', { job: 'latency', ...load, ports });
      const busyFor = async () => {
        await sleep(SETTLE_SECONDS * 1000);
        const busy = measureBusy(pid);
        await sleep(seconds * 1000);
        return (100 * busy()) / turns;
      };
      const atDevice = device.go();
      const atClients = crowd.go();
      await sleep(size.warmUp * 1000);
      let [without, percent] = [0, 0];
      for (let turn = 0; turn < turns; turn++) {
        without += await busyFor();
        const consoles = await generate('readers', { readers, http });
        await consoles.go();
        percent += await busyFor();
        await consoles.stop();
      }
      await Promise.all([atClients, atDevice]);
      await Promise.all([crowd.stop(), device.stop()]);
      return { without, percent, times: percent / without };
    }),

  metrics: [
    { key: 'without', label: '64 ports x 4 clients as above, server CPU, % of one core' },
    { key: 'percent', label: 'the same with 50 readers of the live status' },
    { key: 'times', label: 'the second by the first', own: { atMost: 1.3 } },
  ],
};
