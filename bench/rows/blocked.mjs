import { setTimeout as sleep } from 'node:timers/promises';
import { serve } from '../bed.mjs';
import { generate } from '../children.mjs';

/** Until the flood has filled every buffer on its way. */
const FILL_MS = 500;

/** Echo on one port, alone and while the device of another takes nothing and a client floods it. */
export const blocked = {
  name: 'blocked',
  peers: ['ser2tcp', 'ser2net'],
  seconds: 30,
  size: { trips: 10_000 },
  quick: { trips: 300 },

  measure: (peer, { trips }) =>
    serve(peer, { ports: 2 }, async ({ ptys, ports }) => {
      const device = await generate('device', { job: 'echo' }, [ptys[0].master]);
      void device.go().catch(() => {});
      // Nobody reads the second PTY's master: that is the device that does not drain.
      const client = () => generate('client', { job: 'echo', trips: trips / 2, port: ports[0] });
      const alone = await client();
      const before = await alone.go();
      await alone.stop();
      const flood = await generate('client', { job: 'flood', port: ports[1] });
      void flood.go().catch(() => {});
      await sleep(FILL_MS);
      const beside = await client();
      const during = await beside.go();
      await Promise.all([beside.stop(), flood.stop(), device.stop()]);
      return { alone: before.p50, beside: during.p50, ratio: during.p50 / before.p50 };
    }),

  metrics: [
    { key: 'alone', label: 'Echo with a second port idle, p50, µs', against: 'ser2net' },
    { key: 'beside', label: 'Echo beside a blocked, flooded port, p50, µs', against: 'ser2net' },
    { key: 'ratio', label: 'the second by the first', own: { atMost: 1.2 } },
  ],
};
