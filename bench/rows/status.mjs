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
  size: { ports: 64, clients: 4, warmUp: 2, seconds: 4, readers: 50 },
  quick: { ports: 8, clients: 2, warmUp: 0.5, seconds: 0.5, readers: 5 },

  measure: (peer, { seconds, readers, ...size }) =>
    serve(peer, { ...size, management: true }, async ({ ptys, ports, http, pid }) => {
      const load = { ...size, ...CHUNK, seconds: 3 * (seconds + SETTLE_SECONDS) };
      const masters = ptys.map((pty) => pty.master);
      const device = await generate('device', { job: 'paced', ...load }, masters);
      const crowd = await generate('crowd', { job: 'latency', ...load, ports });
      const consoles = await generate('readers', { readers, http });
      const busyFor = async () => {
        await sleep(SETTLE_SECONDS * 1000);
        const busy = measureBusy(pid);
        await sleep(seconds * 1000);
        return busy();
      };
      const atDevice = device.go();
      const atClients = crowd.go();
      await sleep(size.warmUp * 1000);
      const before = await busyFor();
      await consoles.go();
      const during = await busyFor();
      await consoles.stop();
      const after = await busyFor();
      const { p99 } = await atClients;
      await atDevice;
      await Promise.all([crowd.stop(), device.stop()]);
      const without = (before + after) / 2;
      return { percent: 100 * during, without: 100 * without, times: during / without, p99 };
    }),

  metrics: [
    { key: 'without', label: '64 ports x 4 clients as above, server CPU, % of one core' },
    { key: 'percent', label: 'the same with 50 readers of the live status' },
    { key: 'times', label: 'the second by the first', own: { atMost: 1.3 } },
  ],
};
