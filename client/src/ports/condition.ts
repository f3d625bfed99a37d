import type { PortStatus } from '../api/index.js';

export type Condition = 'open' | 'idle' | 'missing' | 'retrying' | 'error';

/** What a port's state means to the one who looks: an error is a missing device, one that is tried again, or a mistake. */
export function conditionOf(port: Pick<PortStatus, 'state' | 'serial' | 'servers'>): Condition {
  if (port.state === 'online') return 'open';
  if (port.state === 'offline') return 'idle';
  if (clientsOf(port) > 0) return 'retrying';
  return !port.serial.port && !port.serial.match ? 'error' : 'missing';
}

export const clientsOf = (port: Pick<PortStatus, 'servers'>): number =>
  port.servers.reduce((total, { connections }) => total + connections.length, 0);
