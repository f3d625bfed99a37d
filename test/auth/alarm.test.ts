import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Alarm } from '../../src/auth/alarm.js';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

const HOUR = 3_600_000;

describe('an alarm', () => {
  it('rings at the earliest of its times, also when that is said later', () => {
    const ring = jest.fn();
    const alarm = new Alarm(ring);
    const start = Date.now();
    alarm.set([start + 3 * HOUR, start + 2 * HOUR]);
    alarm.set([start + 2 * HOUR, start + HOUR]);
    jest.advanceTimersByTime(HOUR - 1);
    expect(ring).not.toHaveBeenCalled();
    jest.advanceTimersByTime(1);
    expect(ring).toHaveBeenCalledTimes(1);
    jest.advanceTimersByTime(3 * HOUR);
    expect(ring).toHaveBeenCalledTimes(1);
  });

  it('is not taken back when it is put off, but rings to be set anew', () => {
    const cancel = jest.spyOn(globalThis, 'clearTimeout');
    const rung: number[] = [];
    const start = Date.now();
    let next = start + HOUR;
    const alarm: Alarm = new Alarm(() => {
      rung.push(Date.now() - start);
      if (Date.now() < next) alarm.set([next]);
    });
    alarm.set([next]);
    cancel.mockClear();
    for (let requests = 0; requests < 100; requests++) alarm.set([++next]);
    expect(cancel).not.toHaveBeenCalled();
    jest.advanceTimersByTime(2 * HOUR);
    expect(rung).toEqual([HOUR, HOUR + 100]);
  });

  it('rings at once for what is overdue since the clock was set', () => {
    const ring = jest.fn();
    const alarm = new Alarm(ring);
    const next = Date.now() + HOUR;
    alarm.set([next]);
    jest.setSystemTime(next + HOUR);
    alarm.set([next]);
    jest.advanceTimersByTime(1);
    expect(ring).toHaveBeenCalledTimes(1);
  });

  it('waits for what is further away than a timer can wait', () => {
    const day = 24 * HOUR;
    const start = Date.now();
    let rung = 0;
    const alarm: Alarm = new Alarm(() => {
      if (Date.now() < start + 60 * day) alarm.set([start + 60 * day]);
      else rung = Date.now() - start;
    });
    alarm.set([start + 60 * day]);
    jest.advanceTimersByTime(61 * day);
    expect(rung).toBe(60 * day);
  });
});
