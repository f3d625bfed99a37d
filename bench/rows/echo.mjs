import { awake } from '../awake.mjs';
import { serve } from '../bed.mjs';
import { generate } from '../children.mjs';
import { cpuSeconds } from '../proc.mjs';

/** One byte to the device and back, then the next: what a person who types feels, and what a request-answer protocol lives on. */
const trip = {
  peers: ['ser2tcp', 'socat', 'ser2net', 'stream', 'none'],
  seconds: 30,
  size: { trips: 10_000 },
  quick: { trips: 300 },

  measure: (peer, { trips }) =>
    serve(peer, {}, async ({ ptys, port, tty, pid }) => {
      const device = await generate('device', { job: 'echo' }, [ptys[0].master]);
      void device.go().catch(() => {});
      const client = await generate('client', { job: 'echo', trips, port, tty });
      const before = pid && cpuSeconds(pid);
      const { p50, p99 } = await client.go();
      const cpu = pid && ((cpuSeconds(pid) - before) / trips) * 1e6;
      await Promise.all([client.stop(), device.stop()]);
      return { p50, p99, cpu };
    }),
};

const metrics = (name) => [
  { key: 'p50', label: `${name}, p50, µs`, against: 'socat', atMost: 1.2 },
  {
    key: 'p50',
    label: "the same against serialport's own stream",
    shown: ['ser2tcp', 'stream'],
    against: 'stream',
    atMost: 0.5,
  },
  { key: 'p99', label: `${name}, p99, µs`, against: 'socat' },
  { key: 'cpu', label: 'Server CPU for one trip, µs', against: 'socat' },
];

/** On a quiet machine a core sleeps before each of the four hops of a trip, and it is mostly its waking that is measured. */
export const echo = { name: 'echo', ...trip, metrics: metrics('Echo of one byte') };

/** What the servers themselves take. */
export const awakeEcho = {
  name: 'awake',
  ...trip,
  measure: (peer, size) => awake(() => trip.measure(peer, size)),
  metrics: metrics('Echo of one byte, cores awake'),
};
