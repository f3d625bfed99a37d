import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { HoldBack } from '../../src/serial/hold-back.js';
import type { PortClient } from '../../src/serial/port-client.js';

const KIB = 1024;

function newClient() {
  const events: string[] = [];
  const client: PortClient = {
    encode: (chunk) => chunk,
    send: () => true,
    backlog: 0,
    leaving: false,
    data: true,
    pause: () => void events.push('pause'),
    resume: () => void events.push('resume'),
    dismiss: () => void events.push('dismiss'),
    dropIfGone: (why) => void events.push(why),
  };
  return Object.assign(client, { events });
}

describe('clients of a device that does not drain', () => {
  const queue = { load: 0 };
  let holdBack: HoldBack;
  let baudrate: number;
  beforeEach(() => {
    jest.useFakeTimers();
    baudrate = Infinity;
    queue.load = 128 * KIB;
    holdBack = new HoldBack(queue, () => baudrate);
  });
  afterEach(() => {
    holdBack.stop();
    jest.useRealTimers();
  });

  it('are held back at 128 KiB, and go on at 64', () => {
    const [first, second] = [newClient(), newClient()];
    queue.load--;
    holdBack.wrote(first, 1);
    queue.load++;
    holdBack.wrote(second, 1);
    queue.load = 64 * KIB + 1;
    holdBack.taken();
    expect([first.events, second.events]).toEqual([[], ['pause']]);
    queue.load--;
    holdBack.taken();
    expect([first.events, second.events]).toEqual([[], ['pause', 'resume']]);
  });

  it('are not read on while it takes something', () => {
    const client = newClient();
    holdBack.wrote(client, 1);
    for (let seconds = 0; seconds < 60; seconds += 3) {
      jest.advanceTimersByTime(3000);
      holdBack.taken();
    }
    expect(client.events).toEqual(['pause']);
  });

  it.each([
    [115_200, 6],
    [9600, 75],
  ])('are not read on while the line of %i baud takes %i s for a block', (rate, seconds) => {
    baudrate = rate;
    const client = newClient();
    holdBack.wrote(client, 1);
    for (let block = 0; block < 4; block++) {
      jest.advanceTimersByTime(seconds * 1000);
      holdBack.taken();
    }
    expect(client.events).toEqual(['pause']);
    jest.advanceTimersByTime((seconds + 10) * 1000);
    expect(client.events).toEqual(['pause', 'resume']);
  });

  it('are read on until 4 MiB wait, all of them together', () => {
    const clients = [newClient(), newClient()];
    for (const client of clients) holdBack.wrote(client, 1);
    jest.advanceTimersByTime(5000);
    queue.load = 4096 * KIB;
    for (const client of clients) holdBack.wrote(client, 1);
    expect(clients.map(({ events }) => events.join())).toEqual(['pause,resume,pause', 'pause,resume,pause']);
    queue.load = 1024 * KIB;
    jest.advanceTimersByTime(5000);
    expect(clients.map(({ events }) => events.at(-1))).toEqual(['resume', 'resume']);
  });

  it('are read on by 64 KiB when it takes nothing, and no more', () => {
    const client = newClient();
    holdBack.wrote(client, 1);
    jest.advanceTimersByTime(5000);
    expect(client.events).toEqual(['pause', 'resume']);
    holdBack.wrote(client, 64 * KIB - 1);
    expect(client.events).toEqual(['pause', 'resume']);
    holdBack.wrote(client, 1);
    expect(client.events).toEqual(['pause', 'resume', 'pause']);
    jest.advanceTimersByTime(20_000);
    expect(client.events).toEqual(['pause', 'resume', 'pause']);
    holdBack.stop();
    expect(jest.getTimerCount()).toBe(0);
  });

  it('are not read on when 4 MiB wait, nor at all who come then', () => {
    const [early, late] = [newClient(), newClient()];
    holdBack.joined(early);
    holdBack.wrote(early, 1);
    queue.load = 4096 * KIB;
    holdBack.joined(late);
    jest.advanceTimersByTime(29_000);
    expect([early.events, late.events]).toEqual([['pause'], ['pause']]);
  });

  it('are looked after an hour later, those that had more to say', () => {
    const [little, much] = [newClient(), newClient()];
    holdBack.wrote(little, 1);
    holdBack.wrote(much, 1);
    holdBack.wrote(much, 64 * KIB);
    jest.advanceTimersByTime(3_600_000);
    expect(much.events).toEqual(['pause', 'pause']);
    jest.advanceTimersByTime(5000);
    expect(much.events).toEqual(['pause', 'pause', 'the device has taken nothing for an hour']);
    expect(new Set(little.events)).toEqual(new Set(['pause', 'resume']));
  });
});
