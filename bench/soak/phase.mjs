/** So many seconds of load, from the first client to the last. */
import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { generate } from '../children.mjs';
import { crowd } from './crowd.mjs';
import { hold, pull, talk } from './devices.mjs';
import { Editor } from './editor.mjs';

/** For all clients to leave in good order. */
const LEAVE_MS = 120_000;

/** @returns the figures of the canary, and the resident memory in the middle */
export async function phase(world, name, seconds) {
  const random = world.random.of(name);
  const [leaving, quiet] = [new AbortController(), new AbortController()];
  for (const { signal } of [leaving, quiet]) setMaxListeners(0, signal);
  const canary = await watchCanary(world, seconds);
  const devices = talk(world, quiet.signal);
  const actors = Promise.all([
    crowd(world, leaving.signal),
    pull(world, random.of('pull'), leaving.signal),
    hold(world, random.of('hold'), leaving.signal),
    new Editor(world, random.of('editor')).work(leaving.signal),
  ]);
  await sleep((seconds * 1000) / 2);
  const middleMiB = world.server.residentMiB;
  await sleep((seconds * 1000) / 2);
  leaving.abort();
  const late = sleep(LEAVE_MS, 'late', { ref: false });
  if ((await Promise.race([actors, late])) === 'late')
    world.tally.fault('not all clients could leave within 120 s');
  quiet.abort();
  await devices;
  const echo = await canary();
  return { echo, middleMiB };
}

/** @returns what gives its figures, when it is done */
async function watchCanary(world, seconds) {
  const { servers, pty } = world.canary;
  const child = await generate('../soak/canary', { port: servers[0].port, seconds }, [pty.master]);
  const result = child.go();
  return async () => {
    const echo = await Promise.race([result, sleep(LEAVE_MS, undefined, { ref: false })]).catch((error) => {
      world.tally.fault(`the quiet port: ${error.message}`);
      return undefined;
    });
    await child.stop();
    if (!echo) world.tally.fault('the quiet port does not answer');
    return echo;
  };
}
