import type { LoggerService } from '@nestjs/common';
import { isLogRecord } from '../../src/log-record.js';

/** Keeps what is logged, and tells when a line comes that a test waits for. */
export class RecordingLog implements LoggerService {
  readonly lines: string[] = [];
  /** What a log in JSON has of each line beside the text. */
  readonly fields: Readonly<Record<string, unknown>>[] = [];
  readonly #waiting = new Set<() => void>();

  log = (message: unknown, context?: string) => this.#add('INFO', message, context);
  error = (message: unknown, _stack?: string, context?: string) => this.#add('ERROR', message, context);
  warn = (message: unknown, context?: string) => this.#add('WARNING', message, context);
  debug = (message: unknown, context?: string) => this.#add('DEBUG', message, context);

  /** The first line that matches, also one that was there before. */
  async line(pattern: RegExp): Promise<string> {
    return (await this.some(1, pattern))[0] as string;
  }

  /** The first `count` lines that match. */
  some(count: number, pattern: RegExp): Promise<string[]> {
    return new Promise((resolve) => {
      const look = () => {
        const found = this.lines.filter((line) => pattern.test(line));
        if (found.length < count) return;
        this.#waiting.delete(look);
        resolve(found.slice(0, count));
      };
      this.#waiting.add(look);
      look();
    });
  }

  /** The fields of the first line that matches. */
  fieldsOf(pattern: RegExp): Readonly<Record<string, unknown>> | undefined {
    return this.fields[this.lines.findIndex((line) => pattern.test(line))];
  }

  #add(level: string, message: unknown, context?: string): void {
    const line = `${level} [${context ?? ''}] ${String(message)}`;
    this.lines.push(line);
    this.fields.push(isLogRecord(message) ? message.fields : {});
    for (const look of this.#waiting) look();
  }
}
