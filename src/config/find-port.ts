import { AppError } from '../errors.js';
import { isObject } from './shape.js';

/** How much of what was asked for an answer repeats. */
const KEY_SHOWN = 200;

export class NoSuchPort extends AppError {
  constructor(key: string) {
    super('NO_SUCH_PORT', 404, `There is no port ${key.slice(0, KEY_SHOWN)}`);
  }
}

/**
 * The index of a port in the configuration, by that index or by name. A name that is a number is found where no port has
 * that index.
 * @param ports the entries as they are written, also those with mistakes
 * @throws NoSuchPort
 */
export function portIndex(ports: readonly unknown[], key: string): number {
  const number = /^(0|[1-9]\d*)$/.test(key) ? Number(key) : ports.length;
  if (number < ports.length) return number;
  const index = key === '' ? -1 : ports.findIndex((port) => isObject(port) && port['name'] === key);
  if (index < 0) throw new NoSuchPort(key);
  return index;
}
