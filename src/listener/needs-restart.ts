import { isDeepStrictEqual } from 'node:util';
import type { AnyServerDto } from '../config/server.dto.js';

/** What a listening socket is made of, and `data`, which the codec of its clients is made of. */
const FIXED = ['protocol', 'address', 'port', 'ssl', 'mode', 'owner', 'group', 'endpoint', 'data'] as const;

/** Whether a server has to be restarted for these settings, and its clients with it; the others take them as they are. */
export function needsRestart(before: AnyServerDto, after: AnyServerDto): boolean {
  const [a, b]: Partial<Record<(typeof FIXED)[number], unknown>>[] = [before, after];
  return !before.control !== !after.control || FIXED.some((key) => !isDeepStrictEqual(a?.[key], b?.[key]));
}
