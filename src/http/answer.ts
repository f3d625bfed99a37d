import { HttpException, Logger } from '@nestjs/common';
import { type ServerResponse, STATUS_CODES } from 'node:http';
import { AppError } from '../errors.js';

/** How a failure is told to a client of HTTP. */
export interface ErrorAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly body: string;
}

const log = new Logger('http');
let faults = 0;

/**
 * A failure as `{"error": "<sentence>"}` with its status. What nobody foresaw is logged with a number, and the client gets
 * no more than that.
 */
export function errorAnswer(error: unknown): ErrorAnswer {
  const { status, body, headers = {} } = told(error);
  const text = JSON.stringify(body);
  return {
    status,
    headers: {
      'Content-Type': 'application/json; charset=utf-8',
      'Content-Length': Buffer.byteLength(text),
      'Cache-Control': 'no-store',
      ...(status === 401 && { 'WWW-Authenticate': 'Bearer' }),
      ...headers,
    },
    body: text,
  };
}

/** Answers a request with a failure; what has begun to be answered, or whose client is gone, is cut off. */
export function sendError(response: ServerResponse, error: unknown): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    if (!response.req.aborted) logFault(error);
    return;
  }
  const { status, headers, body } = errorAnswer(error);
  response.writeHead(status, { ...headers });
  response.end(body);
}

/** The answer as it goes over a socket that no response exists for; the connection ends with it. */
export function rawAnswer({ status, headers, body }: ErrorAnswer): string {
  const lines = Object.entries({ ...headers, Connection: 'close' }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Error'}\r\n${lines.join('')}\r\n${body}`;
}

function told(error: unknown): { status: number; body: object; headers?: AppError['headers'] } {
  if (error instanceof AppError) {
    const { status, message, code, headers } = error;
    const issues = 'issues' in error && { issues: error.issues };
    return { status, headers, body: { error: message, code, ...issues } };
  }
  if (error instanceof HttpException) return { status: error.getStatus(), body: { error: error.message } };
  // Of Express and its parts (http-errors).
  const { status, expose, message } = error as { status?: unknown; expose?: boolean; message?: string };
  if (typeof status === 'number' && status >= 400 && status < 500) {
    const shown = expose === false ? undefined : message;
    return { status, body: { error: shown || (STATUS_CODES[status] ?? 'Bad request') } };
  }
  return { status: 500, body: { error: `Internal error ${logFault(error)}; the log has more of it` } };
}

function logFault(error: unknown): number {
  const fault = ++faults;
  const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
  log.error(`internal error ${fault}, please report it: ${what}`);
  return fault;
}
