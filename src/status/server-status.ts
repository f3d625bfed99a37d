import type { Entry } from '../config/config.js';
import { issueText } from '../config/issues.js';
import type { AnyServerDto } from '../config/server.dto.js';
import type { Connection } from '../listener/connection.js';
import type { ServerSlot } from '../listener/listener.service.js';
import type { ConnectionStatusDto, ServerStatusDto } from './status.dto.js';

/** What a server is and does at this moment. Keys that say nothing are left out; secrets are not among them. */
export function serverStatus({ entry, server }: ServerSlot): ServerStatusDto {
  if (!server) return idleServer(entry, reasonOf(entry) || 'Servers of this protocol are not served');
  const { where, counts, trouble } = server;
  return {
    ...settingsOf(entry),
    connections: server.connections.map(connectionStatus),
    state: where === undefined ? 'error' : 'online',
    ...(where === undefined ? { reason: trouble || 'It is about to listen' } : { where }),
    accepted: counts.accepted,
    refused: counts.refused,
    dropped: counts.dropped,
  };
}

/** A server that does not run. */
export function idleServer(entry: Entry<AnyServerDto>, reason: string): ServerStatusDto {
  return {
    ...settingsOf(entry),
    connections: [],
    state: 'error',
    reason,
    accepted: 0,
    refused: 0,
    dropped: 0,
  };
}

/** The mistakes of an entry, as a sentence. */
export function reasonOf({ issues }: Entry<unknown>): string {
  return issues.map((issue) => issueText(issue)).join('; ');
}

/** An object as it was written, or an empty one where something else stands there. */
export function fieldsOf(written: unknown): Record<string, unknown> {
  return typeof written === 'object' && written !== null ? { ...written } : {};
}

function settingsOf({ value, written }: Entry<AnyServerDto>) {
  // An entry with a mistake shows what can be shown of it.
  const { protocol, address, port, endpoint } = fieldsOf(value ?? written);
  const ssl = value && 'ssl' in value ? value.ssl : undefined;
  return {
    protocol: typeof protocol === 'string' ? protocol.toUpperCase() : '',
    ...(typeof address === 'string' && { address }),
    ...(typeof port === 'number' && { port }),
    ...(ssl && { ssl: { certfile: ssl.certfile, ...(ssl.ca_certs && { ca_certs: ssl.ca_certs }) } }),
    ...(typeof endpoint === 'string' && { endpoint }),
    ...(value?.control && { control: value.control }),
    ...(value?.data === false && { data: false }),
    ...(value && value.max_connections > 0 && { max_connections: value.max_connections }),
  };
}

function connectionStatus(connection: Connection): ConnectionStatusDto {
  const { user } = connection;
  return {
    id: connection.id,
    address: connection.from.text,
    ...(user !== undefined && { user }),
    since: connection.since.toISOString(),
    bytes_in: connection.bytesIn,
    bytes_out: connection.bytesOut,
    queue: connection.backlog,
  };
}
