import type { PortStatus } from '../api/index.js';

export type Condition = 'open' | 'idle' | 'missing' | 'denied' | 'busy' | 'failed' | 'invalid';
type Code = NonNullable<PortStatus['reason_code']>;

/** What is wrong now, as the server sees it without opening the device. */
const WRONG: Record<Code, Condition> = {
  missing: 'missing',
  denied: 'denied',
  busy: 'busy',
  not_serial: 'failed',
  ambiguous: 'failed',
  lost: 'missing',
  failed: 'failed',
  invalid: 'invalid',
};
/** What only opening a device shows, and may have changed since. Whatever else was in the way at that time is no more. */
const AT_LAST_TRY: Partial<Record<Code, Condition>> = {
  busy: 'busy',
  not_serial: 'failed',
  failed: 'failed',
};

/** What a port's state means to the one who looks. */
export function conditionOf({ state, reason_code }: Pick<PortStatus, 'state' | 'reason_code'>): Condition {
  if (state === 'online') return 'open';
  if (state === 'offline') return (reason_code && AT_LAST_TRY[reason_code]) ?? 'idle';
  return reason_code ? WRONG[reason_code] : 'failed';
}

export const clientsOf = (port: Pick<PortStatus, 'servers'>): number =>
  port.servers.reduce((total, { connections }) => total + connections.length, 0);
