import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { RefusalLog } from '../../src/net/refusal-log.js';

describe('of refused clients the log has', () => {
  const lines: string[] = [];
  const log = { warn: (line: string) => void lines.push(line), debug: () => {} };
  const from = (ip: string, port = 1) => ({ ip, text: `${ip}:${port}` });
  const said = () => lines.splice(0);
  beforeEach(() => {
    jest.useFakeTimers();
    lines.length = 0;
  });
  afterEach(() => void jest.useRealTimers());

  it('the first of an address and reason, and how many more there were in each minute', () => {
    const refusals = new RefusalLog();
    for (let port = 1; port <= 5; port++) refusals.add(log, from('10.0.0.1', port), 'no');
    refusals.add(log, from('10.0.0.2'), 'no');
    refusals.add(log, from('10.0.0.1', 6), 'never');
    expect(said()).toEqual(['refused 10.0.0.1:1: no', 'refused 10.0.0.2:1: no', 'refused 10.0.0.1:6: never']);
    jest.advanceTimersByTime(60_000);
    expect(said()).toEqual(['refused 10.0.0.1 4 times more: no']);
    refusals.add(log, from('10.0.0.1', 7), 'no');
    expect(said()).toEqual([]);
    jest.advanceTimersByTime(60_000);
    expect(said()).toEqual(['refused 10.0.0.1 1 time more: no']);
    jest.advanceTimersByTime(60_000);
    expect([said(), jest.getTimerCount()]).toEqual([[], 0]);
    refusals.add(log, from('10.0.0.1', 8), 'no');
    expect(said()).toEqual(['refused 10.0.0.1:8: no']);
    refusals.close();
  });

  it('what it forgets when there are too many, and at its end', () => {
    const refusals = new RefusalLog();
    for (let count = 0; count < 2; count++) refusals.add(log, from('10.0.0.1'), 'no');
    for (let count = 0; count < 1000; count++)
      refusals.add(log, from(`10.1.${count >> 8}.${count & 255}`), 'no');
    expect(said().at(-1)).toBe('refused 10.0.0.1 1 time more: no');
    refusals.add(log, from('10.1.0.0'), 'no');
    refusals.close();
    expect([said(), jest.getTimerCount()]).toEqual([['refused 10.1.0.0 1 time more: no'], 0]);
  });
});
