import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { AuditRecord } from '../src/auth/audit.js';
import { type LogEvent, lineMaker } from '../src/log-line.js';
import { PlaceLog } from '../src/log-record.js';
import { LogRepeats } from '../src/log-repeats.js';
import { RecordingLog } from './support/log.js';

const STDERR = 2;
const TIME = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z`;
const event = (more: Partial<LogEvent> = {}): LogEvent => ({
  level: 'warn',
  context: 'console tcp',
  text: 'dropped 10.0.0.1:5000',
  ...more,
});

describe('a line of text', () => {
  const text = lineMaker('text', STDERR);

  it.each<[string, Partial<LogEvent>, string]>([
    ['has time, level, place and message', {}, 'WARNING \\[console tcp\\] dropped 10\\.0\\.0\\.1:5000'],
    ['needs no place', { context: '' }, 'WARNING dropped 10\\.0\\.0\\.1:5000'],
    ['stays one line', { text: 'a\nb\r\n\u001b[2Jc' }, 'WARNING \\[console tcp\\] a b \\[2Jc'],
    ['has nothing that steers a terminal', { text: 'a\u009b2Jb\u0085c\u202ed' }, '.*\\] a 2Jb c d'],
    ['has the stack of a fault', { stack: 'Error: x\n  at y' }, '.* dropped 10.0.0.1:5000 Error: x   at y'],
    ['says how often it came again', { repeated: 3 }, '.*\\] 3 times more in a second: dropped .*'],
  ])('%s', (_what, more, pattern) => {
    expect(text(event(more))).toMatch(new RegExp(`^${TIME} ${pattern}$`));
  });
});

describe('a line of JSON', () => {
  const json = (more: Partial<LogEvent>) =>
    JSON.parse(lineMaker('json', STDERR)(event(more))) as Record<string, unknown>;

  it('has what every line has', () => {
    expect(json({})).toEqual({
      time: expect.stringMatching(new RegExp(`^${TIME}$`)),
      level: 'warning',
      context: 'console tcp',
      message: 'dropped 10.0.0.1:5000',
    });
  });

  it('says what steers a terminal in escapes', () => {
    const name = 'a\u009b2J\u0085\u202e\u007fb';
    const record = new AuditRecord('port added', name, 'user', '10.0.0.1:5', { name });
    const line = lineMaker('json', STDERR)(event({ record, text: String(record) }));
    expect(line).not.toMatch(/[\u007f-\u009f\u202e]/);
    expect(JSON.parse(line)).toMatchObject({ by: name, name });
  });

  it('has the fields of an audit line, which cannot stand in the place of its own', () => {
    const record = new AuditRecord('port changed', 'ann', 'user', '10.0.0.1:5', {
      index: 0,
      level: 'none',
    });
    expect(json({ record, text: String(record), context: 'audit' })).toMatchObject({
      level: 'warning',
      context: 'audit',
      message: 'port changed',
      by: 'ann',
      client: '10.0.0.1:5',
      index: 0,
    });
  });
});

describe('where something happens', () => {
  it('stands before the text, and in fields', () => {
    const log = new RecordingLog();
    Logger.overrideLogger(log);
    const records: unknown[] = [];
    log.warn = (message: unknown) => void records.push(message);
    const place = { port: 'console', server: 'tcp', connection: 'c7', client: '10.0.0.1:5000' };
    new PlaceLog(place).log('connected');
    new PlaceLog(place).warn('dropped');
    expect(log.lines).toEqual(['INFO [console tcp c7] connected']);
    expect(records).toMatchObject([{ message: 'dropped', fields: place }]);
  });

  it('has the address as text only where it tells servers apart', () => {
    const log = new RecordingLog();
    Logger.overrideLogger(log);
    const place = { port: 'console', server: 'tcp', address: '127.0.0.1:10001', connection: 'c7' };
    new PlaceLog(place).log('connected');
    new PlaceLog(place, true).log('connected');
    expect(log.lines).toEqual([
      'INFO [console tcp c7] connected',
      'INFO [console tcp 127.0.0.1:10001 c7] connected',
    ]);
  });
});

describe('the same event', () => {
  afterEach(() => {
    jest.useRealTimers();
  });

  it('is written once a second, and how often it was left out is told', () => {
    jest.useFakeTimers();
    const told: string[] = [];
    const repeats = new LogRepeats<string>((what, times) => told.push(`${what} ${times}`));
    const admitted = (key: string) => repeats.admits(key, key);
    expect(['a', 'a', 'b', 'a'].map(admitted)).toEqual([true, false, true, false]);
    jest.advanceTimersByTime(999);
    expect(admitted('a')).toBe(false);
    expect(told).toEqual([]);
    jest.advanceTimersByTime(2000);
    expect(told).toEqual(['a 3']);
    expect(['a', 'b', 'b'].map(admitted)).toEqual([true, true, false]);
    repeats.flush();
    expect(told).toEqual(['a 3', 'b 1']);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('in ten thousand others is not held back, and takes no memory', () => {
    const told: string[] = [];
    const repeats = new LogRepeats<string>((what) => told.push(what));
    for (let count = 0; count < 20_000; count++) expect(repeats.admits(`${count}`, '')).toBe(true);
    expect(repeats.admits('19999', '')).toBe(true);
    repeats.flush();
    expect(told).toEqual([]);
  });
});
