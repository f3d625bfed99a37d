/** Those who look on: monitors, and readers of the live status. */
import { request } from 'node:http';
import { request as secureRequest } from 'node:https';
import { createInterface } from 'node:readline';
import { Follower } from '../pattern.mjs';
import { openWebSocket } from './link.mjs';

const RX = 2;

/** Sees what the device sends, byte for byte, for as long as it stays; what it misses it is told. For ports that are always open. */
export async function monitor(world, port, random, signal) {
  const link = await openWebSocket(`/ws/monitor/${port.name}`, world.optionsFor(random));
  let follower = new Follower(() => port.device.position);
  const what = `${port.name} monitor`;
  link.data = (frame) => {
    if (frame[0] === RX) world.checked(what, () => follower.take(frame.subarray(1)));
  };
  // Bytes of both directions: what was not seen cannot be told apart.
  link.text = () => (follower = new Follower(() => port.device.position));
  const closed = link.closed.then((how) => ({ how }));
  const end = await Promise.race([closed, random.pause(...world.life, signal)]);
  if (end) world.tally.fault(`${what}: cut (${end.how})`);
  link.kill();
}

/** Reads lines, each of which must be whole; the first has everything. */
export async function statusReader(world, random, signal) {
  const { web, token } = world.optionsFor(random);
  const headers = { Authorization: `Bearer ${token}` };
  const options = { host: '127.0.0.1', ...web, path: '/api/status?stream=1', headers, agent: false };
  const asked = (web.ca ? secureRequest : request)(options);
  const [response] = await new Promise((resolve, reject) => {
    asked
      .on('response', (...of) => resolve(of))
      .on('error', reject)
      .end();
  });
  if (response.statusCode !== 200) world.tally.fault(`live status: ${response.statusCode}`);
  response.on('error', () => {});
  let lines = 0;
  const reader = createInterface({ input: response });
  reader.on('error', () => {});
  reader.on('line', (line) => {
    if (signal.aborted || asked.destroyed) return;
    const { ports } = world.checked('live status', () => JSON.parse(line)) ?? {};
    if (lines++ === 0 && !ports) world.tally.fault('live status: the first line has no ports');
  });
  const closed = new Promise((resolve) => response.on('close', () => resolve('cut')));
  const end = await Promise.race([closed, random.pause(...world.life, signal)]);
  if (end && !signal.aborted) world.tally.fault(`live status: ${end} after ${lines} lines`);
  asked.destroy();
}
