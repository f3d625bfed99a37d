import type { PortEntry } from '../config/config.js';
import { isMatched } from '../config/is-matched.js';
import type { SerialDto } from '../config/serial.dto.js';
import type { ServerSlot } from '../listener/listener.service.js';
import type { Signals } from '../protocol/codec.js';
import type { Trouble } from '../serial/device-trouble.js';
import type { PortSlot } from '../serial/serial.service.js';
import { fieldsOf, idleServer, reasonOf, serverStatus } from './server-status.js';
import type { PortStatusDto, SerialStatusDto } from './status.dto.js';

/** What is known of a port beside its own state. */
export interface PortSurroundings {
  readonly servers: readonly ServerSlot[];
  /** Why its closed device cannot be opened; undefined when it can. */
  readonly trouble: Trouble | undefined;
  /** The lines of its open device, once they were read. */
  readonly signals: Signals | undefined;
}

/** What a port is and does at this moment. Keys that say nothing are left out. */
export function portStatus({ entry, port }: PortSlot, around: PortSurroundings): PortStatusDto {
  const { value } = entry;
  if (!port || !value) return brokenPort(entry);
  const { servers, trouble, signals } = around;
  const { record } = port;
  const open = port.state === 'open';
  const why = open ? undefined : (trouble ?? record.failure);
  return {
    ...(value.name !== undefined && { name: value.name }),
    ...(value.max_connections > 0 && { max_connections: value.max_connections }),
    serial: serialStatus(value.serial, port.devicePath),
    servers: servers.map(serverStatus),
    ...(open && signals && { signals }),
    state: open ? 'online' : trouble ? 'error' : 'offline',
    ...(why && { reason: why.reason, reason_code: why.code }),
    ...(record.openSince && { since: record.openSince.toISOString() }),
    bytes_read: record.bytesRead,
    bytes_written: record.bytesWritten,
    queue: port.queuedBytes,
    losses: record.losses,
  };
}

function serialStatus(serial: SerialDto, found: string | undefined): SerialStatusDto {
  const { baudrate, bytesize, parity, stopbits, match } = serial;
  const settings = { baudrate, bytesize, parity, stopbits };
  const connected = found !== undefined;
  if (!match || !isMatched(serial)) return { port: serial.port ?? null, connected, ...settings };
  return { port: found ?? null, connected, ...settings, match };
}

/** An entry that is not served, with what can be shown of it. */
function brokenPort(entry: PortEntry): PortStatusDto {
  const { name, serial } = fieldsOf(entry.written);
  const { port, match = null } = fieldsOf(serial);
  return {
    ...(typeof name === 'string' && { name }),
    // Beside `match` a path has no effect.
    serial: { port: typeof port === 'string' && match === null ? port : null, connected: false },
    servers: entry.servers.map((server) =>
      idleServer(server, reasonOf(server) || 'The entry of its port has a mistake'),
    ),
    state: 'error',
    reason: reasonOf(entry),
    reason_code: 'invalid',
    bytes_read: 0,
    bytes_written: 0,
    queue: 0,
    losses: 0,
  };
}
