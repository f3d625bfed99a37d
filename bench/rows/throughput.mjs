import { serve, used } from '../bed.mjs';
import { generate } from '../children.mjs';

const MIB = 1024 * 1024;
const PEERS = ['ser2tcp', 'socat', 'ser2net', 'stream', 'none'];

/** Runs the one that sends and the one that receives; `start` and `end` come from either side of the server. */
function move(peer, deviceJob, clientJob, mib) {
  return serve(peer, {}, async ({ ptys, port, tty, pid }) => {
    const bytes = mib * MIB;
    const device = await generate('device', { job: deviceJob, bytes, clients: 1 }, [ptys[0].master]);
    const client = await generate('client', { job: clientJob, bytes, port, tty });
    const before = used(pid);
    const [atDevice, atClient] = await Promise.all([device.go(), client.go()]);
    const seconds = (atClient.end ?? atDevice.end) - (atDevice.start ?? atClient.start);
    const busy = {
      server: (used(pid) - before) / seconds,
      device: atDevice.cpu / seconds,
      clients: atClient.cpu / seconds,
    };
    await Promise.all([client.stop(), device.stop()]);
    return { rate: mib / seconds, ...busy };
  });
}

export const out = {
  name: 'out',
  peers: PEERS,
  seconds: 40,
  size: { mib: 64 },
  quick: { mib: 2 },
  measure: (peer, { mib }) => move(peer, 'source', 'read', mib),
  metrics: [{ key: 'rate', label: 'Device to client, MiB/s', against: 'socat', atLeast: 0.9 }],
};

export const into = {
  name: 'in',
  peers: PEERS,
  seconds: 40,
  size: { mib: 64 },
  quick: { mib: 2 },
  measure: (peer, { mib }) => move(peer, 'sink', 'write', mib),
  metrics: [{ key: 'rate', label: 'Client to device, MiB/s', against: 'socat', atLeast: 0.9 }],
};
