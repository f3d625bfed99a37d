import { connect } from 'node:net';
import { serve } from '../bed.mjs';
import { generate } from '../children.mjs';
import { upgradeRequest } from '../generator/websocket.mjs';
import { deliver } from './fan-out.mjs';

const MIB = 1024 * 1024;
const PATH = '/ws/port0';

/** Echo over TCP and over a WebSocket of the same server, in turns. */
export const websocketEcho = {
  name: 'wsecho',
  peers: ['ser2tcp'],
  seconds: 30,
  size: { trips: 10_000 },
  quick: { trips: 300 },

  measure: (peer, { trips }) =>
    serve(peer, { management: true }, async ({ ptys, port, http }) => {
      const device = await generate('device', { job: 'echo' }, [ptys[0].master]);
      void device.go().catch(() => {});
      const run = async (job) => {
        const client = await generate('client', { ...job, trips: trips / 2 });
        const { p50 } = await client.go();
        await client.stop();
        return p50;
      };
      const tcp = () => run({ job: 'echo', port });
      const websocket = () => run({ job: 'echoFrames', port: http, path: PATH });
      const both = [await tcp(), await websocket(), await websocket(), await tcp()];
      await device.stop();
      const [overTcp, overWebSocket] = [(both[0] + both[3]) / 2, (both[1] + both[2]) / 2];
      return { overTcp, overWebSocket, times: overWebSocket / overTcp };
    }),

  metrics: [
    { key: 'overTcp', label: 'Echo of one byte over TCP, p50, µs' },
    { key: 'overWebSocket', label: 'the same over a WebSocket' },
    { key: 'times', label: 'the second by the first', own: { atMost: 1.5 } },
  ],
};

export const websocketFanOut = {
  name: 'wsfanout',
  peers: ['ser2tcp'],
  seconds: 30,
  rounds: 3,
  size: { clients: 100, mib: 16 },
  quick: { clients: 10, mib: 1 },
  measure: (peer, { clients, mib }) => deliver(peer, clients, mib, PATH),
  metrics: [
    { key: 'rate', label: '100 WebSockets of one endpoint, MiB/s in all' },
    { key: 'lost', label: 'the same, bytes that did not arrive', own: { atMost: 0 } },
  ],
};

export const websocketThousand = {
  name: 'wsthousand',
  peers: ['ser2tcp'],
  seconds: 60,
  rounds: 2,
  size: { clients: 1000, mib: 1 },
  quick: { clients: 50, mib: 0.25 },
  measure: (peer, { clients, mib }) => deliver(peer, clients, mib, PATH),
  metrics: [
    { key: 'rate', label: '1,000 WebSockets of one endpoint, MiB/s in all' },
    { key: 'lost', label: 'the same, bytes that did not arrive', own: { atMost: 0 } },
  ],
};

/** Throughput to a TCP client, while nobody looks on and while a monitor's reader has stopped to read. */
export const monitor = {
  name: 'monitor',
  peers: ['ser2tcp'],
  seconds: 60,
  rounds: 7,
  size: { warmUpMib: 32, mib: 32 },
  quick: { warmUpMib: 1, mib: 2 },

  measure: (peer, size) =>
    serve(peer, { management: true }, async ({ ptys, port, http }) => {
      const what = { warmUp: size.warmUpMib * MIB, bytes: size.mib * MIB, clients: 1 };
      const run = async () => {
        const device = await generate('device', { job: 'source', ...what }, [ptys[0].master]);
        const client = await generate('client', { job: 'read', ...what, port });
        const [, { rate }] = await Promise.all([device.go(), client.go()]);
        await Promise.all([client.stop(), device.stop()]);
        return rate / MIB;
      };
      const watched = async () => {
        const stopped = await stoppedReader(http);
        const rate = await run();
        stopped.destroy();
        return rate;
      };
      const rates = [await run(), await watched(), await watched(), await run()];
      const [without, during] = [(rates[0] + rates[3]) / 2, (rates[1] + rates[2]) / 2];
      return { without, during, share: during / without };
    }),

  metrics: [
    { key: 'without', label: 'Device to client, MiB/s' },
    { key: 'during', label: "the same while a monitor's reader has stopped" },
    { key: 'share', label: 'the second by the first', own: { atLeast: 0.95 } },
  ],
};

/** Asks for the monitor, and reads nothing but that it has it. */
async function stoppedReader(port) {
  const socket = connect({ host: '127.0.0.1', port });
  socket.write(upgradeRequest('/ws/monitor/0'));
  const [answer] = await new Promise((resolve, reject) => {
    socket.once('data', (...data) => (socket.pause(), resolve(data)));
    socket.once('error', reject);
  });
  if (!answer.toString('latin1').startsWith('HTTP/1.1 101 ')) throw new Error(`no monitor: ${answer}`);
  return socket;
}
