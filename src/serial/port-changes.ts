import { EventEmitter } from 'node:events';
import type { SerialPort } from './serial-port.js';

/** Tells whoever shows the ports that something is not what it was; nobody has to ask. */
export class PortChanges extends EventEmitter<{
  /** Its settings, device, lines, servers or clients. */
  port: [SerialPort];
  /** Bytes moved, or what waits did. */
  bytes: [SerialPort];
  /** Its open device is gone. */
  lost: [SerialPort];
  /** The list of ports, or the servers of some. */
  ports: [];
}> {}
