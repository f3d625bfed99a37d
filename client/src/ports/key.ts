import type { PortStatus } from '../api/index.js';

/** What an address may have as one part of its path, with every proxy, and what the server takes for no index. */
const PLAIN = /^(?!\d+$)(?!\.{1,2}$)[^/\\]+$/;

/**
 * What the API finds a port by: its name, which it keeps when others come and go, where no other has it; else its index.
 */
export function keyOf(ports: readonly Pick<PortStatus, 'name'>[], index: number): string {
  const name = ports[index]?.name ?? '';
  const mine = PLAIN.test(name) && ports.filter((port) => port.name === name).length === 1;
  return mine ? name : String(index);
}
