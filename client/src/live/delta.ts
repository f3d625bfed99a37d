import type { PortStatus } from '../api/index.js';
import type { Snapshot } from './model.js';

/** A line of the status stream, as far as it is understood. */
interface Line extends Partial<Snapshot> {
  port_index?: number;
  _delta?: true;
}

/**
 * The state after a line: a full line replaces all of it, a delta the keys it names of one port (`null` takes a key away),
 * `{detected}` the devices; `{}` only says that the server is alive. What does not change stays the same object.
 */
export function applyLine(before: Snapshot | undefined, line: unknown): Snapshot | undefined {
  if (typeof line !== 'object' || line === null) return before;
  const { ports, detected, admin, port_index, _delta, ...rest } = line as Line;
  if (ports)
    return { ports, detected: detected ?? before?.detected ?? [], admin: admin ?? before?.admin ?? false };
  if (!before) return before;
  if (_delta && port_index !== undefined) {
    const old = before.ports[port_index];
    return old ? { ...before, ports: before.ports.with(port_index, merged(old, rest)) } : before;
  }
  if (!detected && admin === undefined) return before;
  return { ...before, detected: detected ?? before.detected, admin: admin ?? before.admin };
}

function merged(port: PortStatus, changes: object): PortStatus {
  const entries = Object.entries({ ...port, ...changes });
  return Object.fromEntries(entries.filter(([, value]) => value !== null)) as unknown as PortStatus;
}
