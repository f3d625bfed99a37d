import { ClientCounts } from '../net/client-counts.js';
import type { Trouble } from './device-trouble.js';

/** What a port has been through since the start. */
export class PortRecord {
  /** Of all servers that it has had. */
  readonly clients = new ClientCounts();
  /** Bytes that came from its device. */
  bytesRead = 0;
  /** Bytes that its device took. */
  bytesWritten = 0;
  /** How often its device was lost while it was open. */
  losses = 0;
  /** When its device was opened; undefined while it is closed. */
  openSince: Date | undefined;
  /** Why its device was lost, or could not be opened, at the last try; undefined when all went well. */
  failure: Trouble | undefined;
}
