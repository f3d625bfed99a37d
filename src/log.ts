import { ConsoleLogger, LogLevel } from '@nestjs/common';
import { createWriteStream } from 'node:fs';

/** What is shown without `-v` and with one; more of them show everything, as in the document. */
const LEVELS: readonly LogLevel[][] = [
  ['fatal', 'error', 'warn'],
  ['fatal', 'error', 'warn', 'log'],
];
const ALL: readonly LogLevel[] = ['fatal', 'error', 'warn', 'log', 'debug', 'verbose'];
const NAMES: Record<LogLevel, string> = {
  fatal: 'FATAL',
  error: 'ERROR',
  warn: 'WARNING',
  log: 'INFO',
  debug: 'DEBUG',
  verbose: 'DEBUG',
};

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
  #dropped = 0;

  constructor(verbosity: number) {
    super({ logLevels: [...(LEVELS[verbosity] ?? ALL)], colors: false });
    // Whoever read it may go away; the server stays.
    this.#out.on('error', () => {});
    this.#out.on('drain', () => this.#tellDropped());
  }

  /** Resolves when everything is written, or after a while. */
  async flush(): Promise<void> {
    if (this.#out.writableLength === 0) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#out.write('', () => resolve());
      timer = setTimeout(resolve, FLUSH_MS);
    });
    clearTimeout(timer);
  }

  protected override printMessages(messages: unknown[], context = '', level: LogLevel = 'log'): void {
    for (const message of messages) {
      // Names and paths come from clients and devices: a line stays one line.
      const text = String(message).replace(/[\u0000-\u001f\u007f]+/g, ' ');
      this.#write(`${NAMES[level]} ${context ? `[${context}] ` : ''}${text}`);
    }
  }

  #write(line: string): void {
    if (this.#out.writableLength > WAITING_BYTES) this.#dropped++;
    else this.#out.write(`${new Date().toISOString()} ${line}\n`);
  }

  #tellDropped(): void {
    const dropped = this.#dropped;
    this.#dropped = 0;
    if (dropped > 0)
      this.#write(`${NAMES.warn} ${dropped} lines of this log were dropped, since nobody read it`);
  }
}
