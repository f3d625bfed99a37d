import type { PortStatus } from '../api/index.js';
import { asText, getAt, type JsonObject } from '../editor/json.js';
import { texts } from '../texts/texts.js';

/**
 * What a port is called, wherever it is shown: by its name, else by its device. What is found by `match` may be another
 * device each time.
 */
export const labelOf = ({ name, serial }: Pick<PortStatus, 'name' | 'serial'>, index: number): string =>
  name || (!serial.match && serial.port) || texts.ports.unnamed(index);

/** The same of an entry that is edited. */
export const labelOfEntry = (entry: JsonObject, index: number): string =>
  asText(entry['name']) || asText(getAt(entry, ['serial', 'port'])) || texts.ports.unnamed(index);
