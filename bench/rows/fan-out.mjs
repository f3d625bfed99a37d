import { measureBusy, serve } from '../bed.mjs';
import { generate } from '../children.mjs';

const MIB = 1024 * 1024;

/** ser2net is ten times slower here; a quarter of the bytes gives the same rate and spares a minute. */
const SER2NET_SHARE = 0.25;

/** All clients of one port get all that its device sends; the rate is what is delivered to them together. */
export function deliver(peer, clients, size, path) {
  const mib = peer.name === 'ser2net' ? size * SER2NET_SHARE : size;
  const bytes = mib * MIB;
  return serve(peer, { clients, bytes, management: Boolean(path) }, async ({ ptys, ports, http, pid }) => {
    const device = await generate('device', { job: 'source', bytes, clients }, [ptys[0].master]);
    const where = path ? { path, ports: [http] } : { ports };
    const crowd = await generate('crowd', { job: 'count', bytes, clients, ...where });
    const busy = measureBusy(pid);
    const begun = Number(process.hrtime.bigint()) / 1e9;
    const source = device.go();
    const { end, lost, busy: clientsBusy } = await crowd.go();
    const server = busy();
    // Where there is no device, the clock starts when the clients are let go.
    const from = peer.deviceless ? { start: begun, busy: 0 } : await source;
    const rate = (clients * mib) / (end - from.start);
    await Promise.all([crowd.stop(), device.stop()]);
    return { rate, lost, server, device: from.busy, clients: clientsBusy };
  });
}

export const fanOut = {
  name: 'fanout',
  peers: ['ser2tcp', 'socat', 'ser2net', 'pour'],
  seconds: 30,
  rounds: 3,
  size: { clients: 100, mib: 16 },
  quick: { clients: 10, mib: 1 },
  // socat has one client; that is what it is compared by.
  measure: (peer, { clients, mib }) => deliver(peer, peer.name === 'socat' ? 1 : clients, mib),
  metrics: [
    {
      key: 'rate',
      label: '100 clients on one port, MiB/s in all (socat: 1 client)',
      against: 'socat',
      atLeast: 6,
    },
  ],
};

export const thousand = {
  name: 'thousand',
  peers: ['ser2tcp', 'ser2net', 'pour'],
  seconds: 30,
  rounds: 2,
  size: { clients: 1000, mib: 1 },
  quick: { clients: 50, mib: 0.25 },
  measure: (peer, { clients, mib }) => deliver(peer, clients, mib),
  metrics: [
    { key: 'rate', label: '1,000 clients on one port, MiB/s in all' },
    { key: 'lost', label: 'the same, bytes that did not arrive', own: { atMost: 0 } },
  ],
};
