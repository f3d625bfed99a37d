import { measureBusy, serve } from '../bed.mjs';
import { generate } from '../children.mjs';

const MIB = 1024 * 1024;
const PEERS = ['ser2tcp', 'socat', 'ser2net', 'stream', 'none'];

function move(peer, deviceJob, clientJob, size) {
  return serve(peer, {}, async ({ ptys, port, tty, pid }) => {
    const what = { warmUp: size.warmUpMib * MIB, bytes: size.mib * MIB, clients: 1 };
    const device = await generate('device', { job: deviceJob, ...what }, [ptys[0].master]);
    const client = await generate('client', { job: clientJob, ...what, port, tty });
    const busy = measureBusy(pid);
    const [atDevice, atClient] = await Promise.all([device.go(), client.go()]);
    const server = busy();
    await Promise.all([client.stop(), device.stop()]);
    const rate = (atClient.rate ?? atDevice.rate) / MIB;
    return { rate, server, device: atDevice.busy, clients: atClient.busy };
  });
}

const common = {
  peers: PEERS,
  seconds: 30,
  rounds: 7,
  size: { warmUpMib: 64, mib: 64 },
  quick: { warmUpMib: 1, mib: 2 },
};

export const out = {
  name: 'out',
  ...common,
  measure: (peer, size) => move(peer, 'source', 'read', size),
  metrics: [{ key: 'rate', label: 'Device to client, MiB/s', against: 'socat', atLeast: 0.9 }],
};

export const into = {
  name: 'in',
  ...common,
  measure: (peer, size) => move(peer, 'sink', 'write', size),
  metrics: [{ key: 'rate', label: 'Client to device, MiB/s', against: 'socat', atLeast: 0.9 }],
};
