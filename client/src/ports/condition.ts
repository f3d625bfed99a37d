import type { LivePort } from '../live/model.js';

export type Condition = 'open' | 'idle' | 'missing' | 'retrying' | 'error';

/** What a port's state means to the one who looks: an error is a missing device, one that is tried again, or a mistake. */
export function conditionOf(port: LivePort): Condition {
  if (port.state === 'online') return 'open';
  if (port.state === 'offline') return 'idle';
  if (clientsOf(port) > 0) return 'retrying';
  return port.serial.port === undefined && !port.serial.match ? 'error' : 'missing';
}

export const clientsOf = (port: LivePort): number =>
  port.servers.reduce((total, { connections }) => total + connections.length, 0);
