import { ConsoleLogger, LogLevel } from '@nestjs/common';

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

/** One line for each event on stderr: when, how grave, where, what. */
export class Log extends ConsoleLogger {
  constructor(verbosity: number) {
    super({ logLevels: [...(LEVELS[verbosity] ?? ALL)], colors: false });
  }

  protected override printMessages(messages: unknown[], context = '', level: LogLevel = 'log'): void {
    for (const message of messages) {
      // Names and paths come from clients and devices: a line stays one line.
      const text = String(message).replace(/[\u0000-\u001f\u007f]+/g, ' ');
      process.stderr.write(
        `${new Date().toISOString()} ${NAMES[level]} ${context ? `[${context}] ` : ''}${text}\n`,
      );
    }
  }
}
