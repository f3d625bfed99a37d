/** Clients that stop to read. They cost only themselves: they are dropped, with a reason, or told what they have missed. */
import { get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { Follower } from '../pattern.mjs';
import { USER } from '../plan.mjs';
import { causeOf } from '../tally.mjs';
import { open, openWebSocket } from './link.mjs';

/** Until what the system holds for a reader is full, and `send_timeout` over. */
const DROP_MS = 120_000;
/** For the end to be seen, behind what had come before. */
const SEEN_MS = 30_000;
const READ_S = [0.2, 2];

/** A client of a flood port that reads for a while and then stops. */
export async function stoppedReader(world, port, entry, random, signal) {
  const since = performance.now();
  const link = await open(entry, world.optionsFor(random));
  const follower = new Follower(() => port.device.position);
  link.data = (bytes) => world.checked(`${port.name} stopped ${entry.protocol}`, () => follower.take(bytes));
  await random.pause(...READ_S);
  link.pause();
  const why = await dropped(
    world,
    { port: port.name, server: entry.protocol, client: link.name, since },
    signal,
  );
  if (why !== undefined) world.tally.count(world.tally.cuts, causeOf(why));
  else if (!signal.aborted)
    world.tally.fault(`${port.name} ${entry.protocol}: who stopped to read was not dropped within 120 s`);
  // What had come before must be right, too, and the end be seen.
  link.resume();
  if (why !== undefined && (await Promise.race([link.closed, sleep(SEEN_MS, 'open')])) === 'open')
    world.tally.fault(`${port.name} ${entry.protocol}: was dropped and does not see it`);
  link.kill();
}

async function dropped(world, whom, signal) {
  const until = performance.now() + DROP_MS;
  for (;;) {
    const why = await world.server.log.reasonOf(whom);
    if (why !== undefined || signal.aborted || performance.now() > until) return why;
  }
}

/** A monitor that stops, and goes on: what it missed it is told, to the byte, since nobody writes to a flood port. */
export async function stoppedMonitor(world, port, random, signal) {
  const link = await openWebSocket(`/ws/monitor/${port.name}`, world.optionsFor(random));
  const follower = new Follower(() => port.device.position);
  const what = `${port.name} stopped monitor`;
  link.data = (frame) => world.checked(what, () => follower.take(frame.subarray(1)));
  link.text = ({ lost }) => {
    world.tally.event('monitors told what they missed');
    follower.skip(lost);
  };
  for (let round = 0; round < 3 && !signal.aborted; round++) {
    await random.pause(...READ_S, signal);
    link.pause();
    await random.pause(3, 15, signal);
    link.resume();
  }
  await random.pause(...READ_S);
  link.kill();
}

/** A reader of the live status that stops: it must be gone in the end. */
export async function stoppedStatus(world, random, signal) {
  const headers = { Authorization: `Bearer ${USER}` };
  const request = get({
    host: '127.0.0.1',
    port: world.plan.http,
    path: '/api/status?stream=1',
    headers,
    agent: false,
  });
  const [response] = await new Promise((resolve, reject) => {
    request.on('response', (...of) => resolve(of)).on('error', reject);
  });
  response.on('error', () => {});
  response.pause();
  await random.pause(10, 40, signal);
  request.destroy();
}
