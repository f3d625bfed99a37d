import type { LogLevel } from '@nestjs/common';
import { fstatSync } from 'node:fs';
import type { LogRecord } from './log-record.js';

export const LOG_FORMATS = ['text', 'json'] as const;
export type LogFormat = (typeof LOG_FORMATS)[number];

export interface LogEvent {
  readonly level: LogLevel;
  readonly context: string;
  readonly text: string;
  readonly record?: LogRecord;
  readonly stack?: string;
  /** How often it came again, and was left out, since it was written. */
  readonly repeated?: number;
}

/** The names of levels, and what sd-daemon(3) and syslog have for them. */
const LEVELS: Record<LogLevel, { name: string; priority: number }> = {
  fatal: { name: 'FATAL', priority: 2 },
  error: { name: 'ERROR', priority: 3 },
  warn: { name: 'WARNING', priority: 4 },
  log: { name: 'INFO', priority: 6 },
  debug: { name: 'DEBUG', priority: 7 },
  verbose: { name: 'DEBUG', priority: 7 },
};

/** What ends a line or steers a terminal: C0, DEL and C1, separators, and marks that turn text around. */
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g;

/** What makes the line of an event, for a log that is written to `fd`. */
export function lineMaker(format: LogFormat, fd: number): (event: LogEvent) => string {
  if (format === 'json') return jsonLine;
  return isJournal(fd) ? journalLine : textLine;
}

const textLine = (event: LogEvent) =>
  `${new Date().toISOString()} ${LEVELS[event.level].name} ${whereAndWhat(event)}`;

/** The journal has the time, and takes the level from its number. */
const journalLine = (event: LogEvent) => `<${LEVELS[event.level].priority}>${whereAndWhat(event)}`;

function whereAndWhat({ context, text, stack, repeated }: LogEvent): string {
  const times = repeated === undefined ? '' : `${repeated} times more in a second: `;
  const line = `${context ? `[${context}] ` : ''}${times}${text}${stack ? ` ${stack}` : ''}`;
  // Names and paths come from clients and devices: a line stays one line.
  return line.replace(CONTROLS, ' ');
}

/** One object a line; the fields of a record stand beside what every line has, and never in its place. */
function jsonLine({ level, context, text, record, stack, repeated }: LogEvent): string {
  const message = record?.message ?? text;
  const time = new Date().toISOString();
  const line = { time, level: LEVELS[level].name.toLowerCase(), context, message };
  // JSON escapes those of C0 alone.
  return JSON.stringify({ ...line, ...record?.fields, ...line, stack, repeated }).replace(CONTROLS, escaped);
}

const escaped = (text: string) =>
  Array.from(text, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');

/** Whether systemd's journal reads what is written there; see systemd.exec(5), JOURNAL_STREAM. */
function isJournal(fd: number): boolean {
  const stream = process.env['JOURNAL_STREAM'];
  if (stream === undefined) return false;
  try {
    const { dev, ino } = fstatSync(fd);
    return stream === `${dev}:${ino}`;
  } catch {
    return false;
  }
}
