/** The clients: as many as there shall be at one time, each followed by another, of all kinds. */
import { hostile } from './clients/hostile.mjs';
import { restCaller } from './clients/rest.mjs';
import { stoppedMonitor, stoppedReader, stoppedStatus } from './clients/slow.mjs';
import { StreamClient } from './clients/stream.mjs';
import { monitor, statusReader } from './clients/watchers.mjs';

const kindOf = (protocol) => (world, random, signal) => {
  const port = random.pick(world.busy);
  const entry = port.servers.find((entry) => entry.protocol === protocol);
  return new StreamClient(world, port, entry, random).live(signal);
};

const STOPPED = {
  reader: (world, random, signal) => {
    const port = random.pick(world.flood);
    return stoppedReader(world, port, random.pick(port.servers), random, signal);
  },
  monitor: (world, random, signal) => stoppedMonitor(world, random.pick(world.flood), random, signal),
  status: stoppedStatus,
};

/** What a client is, and how many of a hundred are. */
const KINDS = {
  tcp: [22, kindOf('tcp')],
  telnet: [14, kindOf('telnet')],
  ssl: [13, kindOf('ssl')],
  socket: [12, kindOf('socket')],
  websocket: [19, kindOf('websocket')],
  monitor: [4, (world, random, signal) => monitor(world, random.pick(world.steady), random, signal)],
  'live status': [4, statusReader],
  REST: [4, restCaller],
  'stopped reader': [3, STOPPED.reader],
  'stopped monitor': [1, STOPPED.monitor],
  'stopped live status': [1, STOPPED.status],
  hostile: [3, hostile],
};
const HUNDRED = Object.entries(KINDS).flatMap(([kind, [share]]) => Array.from({ length: share }, () => kind));
/** Between a client and its successor, in seconds. */
const BETWEEN = [0, 1.5];

/** Runs until the signal; done when the last client has left. */
export async function crowd(world, signal) {
  const count = world.clients;
  const one = async (index) => {
    const random = world.random.of(`client ${index}`);
    // The mix at any time is the same, and every place has its own kind.
    const kind = HUNDRED[Math.floor((index * 100) / count) % 100];
    // Not all at once.
    await random.pause(0, Math.min(5, world.life[1]), signal);
    while (!signal.aborted) {
      world.tally.count(world.tally.clients, kind);
      await live(world, kind, random, signal);
      await random.pause(...BETWEEN, signal);
    }
  };
  const keepers = [...world.steady, ...world.flood].map((port, index) => keeper(world, port, index, signal));
  await Promise.all([...keepers, ...Array.from({ length: count }, (_, index) => one(index))]);
}

async function live(world, kind, random, signal) {
  try {
    await KINDS[kind][1](world, random, signal);
  } catch (error) {
    world.tally.fault(`${kind}: ${error.stack}`);
  }
}

/** A client that stays for the whole time, and keeps the device open: by turns of each protocol. */
function keeper(world, port, index, signal) {
  const random = world.random.of(`keeper ${index}`);
  world.tally.count(world.tally.clients, 'for the whole time');
  const entry = port.servers[index % port.servers.length];
  const staying = new StreamClient(
    { ...world, optionsFor: world.optionsFor, life: [1e6, 1e6] },
    port,
    entry,
    random,
  );
  return staying.live(signal).catch((error) => world.tally.fault(`${port.name}: ${error.stack}`));
}
