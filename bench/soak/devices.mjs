/** What the devices do by themselves: they talk, take nothing for a while, and are pulled out and come back. */
import { setTimeout as sleep } from 'node:timers/promises';

const TICK_MS = 20;
/** Seconds between two that are pulled, and two that are held, of all of them; and for how long. */
const PULL = { every: [0.5, 3], for: [0.2, 4] };
const HOLD = { every: [0.5, 4], for: [0.5, 3] };

export async function talk(world, signal) {
  let last = performance.now();
  while (!signal.aborted) {
    await sleep(TICK_MS);
    const now = performance.now();
    for (const { device } of world.talking) device.talk((now - last) / 1000);
    last = now;
  }
}

/** Done when all are back. */
export function pull(world, random, signal) {
  const devices = world.flaky.map(({ device }) => device);
  return inTurns(devices, PULL, random, signal, {
    begin: (device) => {
      world.tally.event('devices pulled');
      device.unplug();
    },
    end: (device) => device.plug(),
  });
}

/** Done when all take bytes again. */
export function hold(world, random, signal) {
  const devices = world.steady.map(({ device }) => device);
  return inTurns(devices, HOLD, random, signal, {
    begin: (device) => {
      world.tally.event('devices that took nothing for a while');
      device.hold();
    },
    end: (device) => device.goOn(),
  });
}

async function inTurns(devices, { every, for: [from, to] }, random, signal, { begin, end }) {
  const away = new Map();
  while (!signal.aborted) {
    await random.pause(...every, signal);
    const device = random.pick(devices);
    if (away.has(device) || signal.aborted) continue;
    begin(device);
    const back = random.pause(from, to).then(() => {
      end(device);
      away.delete(device);
    });
    away.set(device, back);
  }
  await Promise.all(away.values());
}
