import { Logger } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import type { LogRecord } from '../log-record.js';
import { clientOf } from '../net/request-client.js';
import type { Caller } from './caller.js';

export type AuditDetails = Readonly<Record<string, unknown>>;

const log = new Logger('audit');

/** What was done, by whom and from where. As text it is one line of `key=value` pairs; a log in JSON keeps the fields. */
export class AuditRecord implements LogRecord {
  constructor(
    readonly what: string,
    readonly by: string,
    readonly as: Caller['kind'],
    readonly from: string,
    readonly details: AuditDetails = {},
  ) {}

  get message(): string {
    return this.what;
  }

  get fields(): AuditDetails {
    const { by, as, from, details } = this;
    return { by, as, ...details, client: from };
  }

  toString(): string {
    const { by, as, from, details } = this;
    const pairs = Object.entries({ by, as, from, ...details }).filter(([, value]) => value !== undefined);
    return [`${this.what}:`, ...pairs.map(([key, value]) => `${key}=${shown(value)}`)].join(' ');
  }
}

/**
 * One log line for something that somebody did: `audit(caller, request, 'port changed', { port: 'console', index: 0 })`. What
 * `Place` has names for is called by them, so that a field means one thing in all of the log.
 * Secrets never belong into `details`.
 */
export function audit(caller: Caller, request: IncomingMessage, what: string, details?: AuditDetails): void {
  log.log(new AuditRecord(what, caller.name, caller.kind, clientOf(request).text, details));
}

/** The same for what was refused. */
export function auditRefusal(
  caller: Caller,
  request: IncomingMessage,
  what: string,
  details?: AuditDetails,
): void {
  log.warn(new AuditRecord(what, caller.name, caller.kind, clientOf(request).text, details));
}

/** Names come from clients: what could be taken for another pair stands in quotes. */
function shown(value: unknown): string {
  if (typeof value === 'string' && /^[\w.:@/[\]-]+$/.test(value)) return value;
  return JSON.stringify(value);
}
