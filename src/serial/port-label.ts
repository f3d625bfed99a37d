import type { PortDto } from '../config/config.dto.js';
import { isMatched } from '../config/is-matched.js';

/** What a port is called in the log; `path` is where its entry stands: `ports[0]`. */
export function labelOf(path: string, { name, serial }: Pick<PortDto, 'name' | 'serial'>): string {
  return name ?? (isMatched(serial) ? path : (serial.port ?? path));
}
