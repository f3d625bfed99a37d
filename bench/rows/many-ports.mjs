import { setTimeout as sleep } from 'node:timers/promises';
import { measureBusy, serve } from '../bed.mjs';
import { generate } from '../children.mjs';

/** 115200 baud is 11,520 bytes a second; they come in 80 chunks of 144, about what a USB adapter makes of them. */
const CHUNK = { chunk: 144, interval: 0.0125 };

/** A rack of devices, all of them talking without a break. */
export const manyPorts = {
  name: 'ports',
  peers: ['ser2tcp', 'ser2net'],
  seconds: 40,
  rounds: 3,
  size: { ports: 64, clients: 4, warmUp: 1, seconds: 3 },
  quick: { ports: 8, clients: 2, warmUp: 0.2, seconds: 0.5 },

  measure: (peer, size) =>
    serve(peer, size, async ({ ptys, ports, pid }) => {
      const masters = ptys.map((pty) => pty.master);
      const device = await generate('device', { job: 'paced', ...size, ...CHUNK }, masters);
      const crowd = await generate('crowd', { job: 'latency', ...size, ...CHUNK, ports });
      const atDevice = device.go();
      const atClients = crowd.go();
      await sleep(size.warmUp * 1000);
      const busy = measureBusy(pid);
      const { p50, p99, busy: clients } = await atClients;
      const server = busy();
      const { busy: source } = await atDevice;
      await Promise.all([crowd.stop(), device.stop()]);
      return { p50, p99, percent: 100 * server, server, device: source, clients };
    }),

  metrics: [
    { key: 'p50', label: '64 ports x 4 clients at 11,520 B/s, p50, ms', against: 'ser2net' },
    { key: 'p99', label: 'the same, p99, ms', against: 'ser2net', own: { atMost: 10 } },
    { key: 'percent', label: 'the same, server CPU, % of one core', against: 'ser2net', own: { atMost: 40 } },
  ],
};
