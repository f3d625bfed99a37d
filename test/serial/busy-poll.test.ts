import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { BusyPoll, type Side } from '../../src/serial/busy-poll.js';

const later = setImmediate;
/** The event loop goes round. */
const round = () => new Promise((resolve) => later(resolve));

let now = 0;
let looks: jest.SpiedFunction<typeof setImmediate>;
beforeEach(() => {
  looks = jest.spyOn(globalThis, 'setImmediate');
  jest.spyOn(performance, 'now').mockImplementation(() => now);
});
afterEach(() => {
  jest.restoreAllMocks();
});

/** So many chunks, from one side and the other in turn, that many milliseconds apart. */
function talk(
  poll: BusyPoll,
  chunks: number,
  { ms = 0.05, bytes = 1, sides = ['client', 'device'] as Side[] } = {},
) {
  for (let chunk = 0; chunk < chunks; chunk++) {
    now += ms;
    poll.heard(sides[chunk % sides.length] as Side, bytes);
  }
}

describe('a busy event loop', () => {
  it('looks on while a client and its device talk in short turns, and until the next is overdue', async () => {
    talk(new BusyPoll(true), 40);
    expect(looks).toHaveBeenCalledTimes(1);
    for (let count = 2; count < 5; count++) {
      await round();
      expect(looks).toHaveBeenCalledTimes(count);
    }
    now += 0.2;
    for (let count = 0; count < 3; count++) await round();
    expect(looks).toHaveBeenCalledTimes(4);
  });

  it.each([
    ['a conversation that has only begun', 15, {}],
    ['turns of 0.2 ms', 1000, { ms: 0.2 }],
    ['long chunks', 1000, { bytes: 257 }],
    ['a device that sends and is sent nothing', 1000, { sides: ['device'] as Side[] }],
    ['a client that sends and is sent nothing', 1000, { sides: ['client'] as Side[] }],
  ])('sleeps through %s', (_what, chunks, how) => {
    talk(new BusyPoll(true), chunks, how);
    expect(looks).not.toHaveBeenCalled();
  });

  it('bears a slow turn now and then, and gives up after more', async () => {
    const poll = new BusyPoll(true);
    const slowed = async (turns: number) => {
      talk(poll, turns, { ms: 5 });
      now += 1;
      await round();
      looks.mockClear();
      talk(poll, 8);
    };
    talk(poll, 40);
    await slowed(1);
    expect(looks).toHaveBeenCalledTimes(1);
    await slowed(3);
    expect(looks).not.toHaveBeenCalled();
  });

  it('sleeps where there is no core to spare', () => {
    talk(new BusyPoll(false), 1000);
    expect(looks).not.toHaveBeenCalled();
  });
});
