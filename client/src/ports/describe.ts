import type { SerialStatus, ServerStatus } from '../api/index.js';
import { endpointPath } from './endpoint-path.js';

type Framing = Pick<SerialStatus, 'baudrate' | 'bytesize' | 'parity' | 'stopbits'>;
type Listening = Pick<ServerStatus, 'protocol' | 'address' | 'port' | 'endpoint' | 'where'>;

/** `115200 8N1`, as people write it. */
export function lineSettings({ baudrate, bytesize, parity, stopbits }: Framing): string {
  const frame = bytesize && parity && stopbits ? `${bytesize}${parity}${stopbits}` : '';
  return [baudrate, frame].filter(Boolean).join(' ');
}

/** The device as it is configured: its path, or what it is found by, and then the one that is open. */
export function deviceOf({ port, match }: Pick<SerialStatus, 'port' | 'match'>): string {
  const criteria = Object.entries(match ?? {}).map(([key, value]) => `${key}=${value}`);
  return [criteria.join(' '), port].filter(Boolean).join(' → ');
}

export interface Way {
  /** What to type, or what to give to a program. */
  command: string;
  /** It can be reached from the machine of the server only. */
  local: boolean;
}

/** The TCP port that it listens on, also where the configuration leaves the choice to the system. */
export const portOf = ({ where, port }: Pick<Listening, 'where' | 'port'>): number =>
  Number(/:(\d+)$/.exec(where ?? '')?.[1] ?? port);

export const ANY_ADDRESS = new Set(['', '0.0.0.0', '::', '*']);
const LOOPBACK = /^(127\.|::1$|localhost$)/;

/** How to come in by a server. @param host the name under which this page's server was reached */
export function wayIn(server: Listening, host: string, socketBase: string): Way {
  const { protocol, address = '' } = server;
  if (protocol === 'WEBSOCKET')
    return { command: `${socketBase}ws/${endpointPath(server.endpoint ?? '')}`, local: false };
  if (protocol === 'SOCKET') return { command: `socat - UNIX-CONNECT:${quoted(address)}`, local: true };
  const at = ANY_ADDRESS.has(address) ? host : address;
  const port = portOf(server);
  const local = LOOPBACK.test(address);
  const bare = at.replace(/^\[|\]$/g, '');
  const bracketed = bare.includes(':') ? `[${bare}]` : bare;
  if (protocol === 'TELNET') return { command: `telnet ${bare} ${port}`, local };
  if (protocol === 'SSL') return { command: `openssl s_client -quiet -connect ${bracketed}:${port}`, local };
  return { command: `socat - TCP:${bracketed}:${port}`, local };
}

const quoted = (path: string) =>
  /^[\w./:-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`;
