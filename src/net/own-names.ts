import { hostname } from 'node:os';

/**
 * What this machine is called in its network: its name in full, the first label of it, and that as mDNS has it (RFC 6762).
 * In small letters; its name may change while the program runs.
 */
export const ownNames = (): string[] => namesOf(hostname());

export function namesOf(name: string): string[] {
  const full = name.toLowerCase().replace(/\.$/, '');
  const [label] = full.split('.', 1);
  return label ? [...new Set([full, label, `${label}.local`])] : [];
}
