import { ConsoleLogger, LogLevel } from '@nestjs/common';
import { createWriteStream } from 'node:fs';
import { type LogEvent, type LogFormat, lineMaker } from './log-line.js';
import { isLogRecord } from './log-record.js';
import { LogRepeats } from './log-repeats.js';

/** What is shown without `-v` and with one; more of them show everything, as in the document. */
const LEVELS: readonly LogLevel[][] = [
  ['fatal', 'error', 'warn'],
  ['fatal', 'error', 'warn', 'log'],
];
const ALL: readonly LogLevel[] = ['fatal', 'error', 'warn', 'log', 'debug', 'verbose'];
/** Parts of the framework that tell what they do at the start. */
const FRAMEWORK = [
  'NestFactory',
  'NestApplication',
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'WebSocketsController',
];

const STDERR = 2;
/** Bytes of log that may wait for whoever reads it. */
const WAITING_BYTES = 1024 * 1024;
/** How long the last lines may take when the program ends. */
const FLUSH_MS = 500;

/**
 * One line for each event on stderr: when, how grave, where, what. Written beside the event loop, since a terminal that was
 * stopped (Ctrl-S) would hold up everything; lines that nobody takes are dropped in the end, and counted.
 */
export class Log extends ConsoleLogger {
  readonly #out = createWriteStream('', { fd: STDERR, autoClose: false });
  readonly #repeats = new LogRepeats<LogEvent>((event, repeated) => this.#write({ ...event, repeated }));
  readonly #lineOf: (event: LogEvent) => string;
  readonly #all: boolean;
  #dropped = 0;

  constructor(verbosity: number, format: LogFormat = 'text') {
    super({ logLevels: [...(LEVELS[verbosity] ?? ALL)], colors: false });
    this.#all = verbosity >= LEVELS.length;
    this.#lineOf = lineMaker(format, STDERR);
    // Whoever read it may go away; the server stays.
    this.#out.on('error', () => {});
    this.#out.on('drain', () => this.#tellDropped());
  }

  /** Resolves when everything is written, or after a while. */
  async flush(): Promise<void> {
    this.#repeats.flush();
    if (this.#out.writableLength === 0) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#out.write('', () => resolve());
      timer = setTimeout(resolve, FLUSH_MS);
    });
    clearTimeout(timer);
  }

  protected override printMessages(
    messages: unknown[],
    context = '',
    level: LogLevel = 'log',
    _stream?: 'stdout' | 'stderr',
    stack?: unknown,
  ): void {
    if (level === 'log' && !this.#all && FRAMEWORK.includes(context)) return;
    for (const message of messages) {
      const event: LogEvent = {
        level,
        context,
        text: String(message),
        ...(isLogRecord(message) && { record: message }),
        ...(typeof stack === 'string' && { stack }),
      };
      if (this.#repeats.admits(`${level} ${context} ${event.text}`, event)) this.#write(event);
    }
  }

  /** It stands in the line. */
  protected override printStackTrace(): void {}

  #write(event: LogEvent): void {
    if (this.#out.writableLength > WAITING_BYTES) this.#dropped++;
    else this.#out.write(`${this.#lineOf(event)}\n`);
  }

  #tellDropped(): void {
    const dropped = this.#dropped;
    this.#dropped = 0;
    const text = `${dropped} lines of this log were dropped, since nobody read it`;
    if (dropped > 0) this.#write({ level: 'warn', context: '', text });
  }
}
