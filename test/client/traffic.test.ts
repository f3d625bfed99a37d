import { expect, it } from '@jest/globals';
import { SAMPLES, Traffic } from '../../client/src/live/traffic.js';

const port = (name: string, bytes_read: number) => ({
  name,
  serial: { port: `/dev/${name}`, connected: true },
  bytes_read,
  bytes_written: 0,
});
const inOf = (traffic: Traffic, index: number) => traffic.rates(index).map((rate) => rate.in);

it('knows how fast a port was, second by second', () => {
  const traffic = new Traffic();
  for (const [second, bytes] of [1000, 1500, 1500].entries())
    traffic.sample([port('a', bytes)], second * 1000);
  expect(inOf(traffic, 0).slice(-3)).toEqual([0, 500, 0]);
  expect(traffic.rates(0)).toHaveLength(SAMPLES);
});

it('gives the same list until it has looked again', () => {
  const traffic = new Traffic();
  traffic.sample([port('a', 0)], 0);
  const before = traffic.rates(0);
  expect(traffic.rates(0)).toBe(before);
  traffic.sample([port('a', 0)], 1000);
  expect(traffic.rates(0)).not.toBe(before);
});

it('keeps to the port, wherever that moves in the list', () => {
  const traffic = new Traffic();
  traffic.sample([port('a', 0), port('b', 0)], 0);
  traffic.sample([port('a', 10), port('b', 700)], 1000);
  traffic.sample([port('b', 700)], 2000);
  expect(inOf(traffic, 0).slice(-2)).toEqual([700, 0]);
  expect(inOf(traffic, 1).every((rate) => rate === 0)).toBe(true);
});

it('keeps to the port, whichever device it finds', () => {
  const traffic = new Traffic();
  const found = (path: string | null, bytes: number) => ({
    ...port('a', bytes),
    serial: { port: path, connected: path !== null, match: { vid: '0x0403' } },
  });
  traffic.sample([found(null, 0)], 0);
  traffic.sample([found('/dev/ttyUSB0', 300)], 1000);
  expect(inOf(traffic, 0).at(-1)).toBe(300);
});

it('spreads what passed while the page had no turn over that time', () => {
  const traffic = new Traffic();
  traffic.sample([port('a', 0)], 0);
  traffic.sample([port('a', 3000)], 3000);
  expect(inOf(traffic, 0).slice(-4)).toEqual([0, 1000, 1000, 1000]);
});

it('takes totals that went back for those of a server that began anew', () => {
  const traffic = new Traffic();
  traffic.sample([port('a', 5000)], 0);
  traffic.sample([port('a', 100)], 1000);
  expect(inOf(traffic, 0).at(-1)).toBe(0);
});
