import type { Issue, PortStatus, ServerStatus } from '../api/index.js';
import { labelOf } from '../ports/label.js';
import { ANY_ADDRESS, portOf } from '../ports/describe.js';
import { texts } from '../texts/texts.js';
import { asText, getAt, type Json, type JsonObject, pathOf } from './json.js';

const t = texts.editor;

/** What the form calls a value, by the end of its path, where that is not a key of `texts.editor`. */
const OTHERWISE: Record<string, string> = {
  servers: t.sections.servers,
  'serial.port': t.path,
  'serial.match': t.byMatch,
  'control.rts': t.controlRts,
  'control.dtr': t.controlDtr,
  serial: t.path,
  max_connections: t.maxConnections,
  on_limit: t.onLimit,
  send_timeout: t.sendTimeout,
  buffer_limit: t.bufferLimit,
  idle_timeout: t.idleTimeout,
  poll_interval: t.pollInterval,
  signals: t.controlSignals,
  ca_certs: t.caCerts,
  ...t.match,
};

/** `servers[1].port` as the form calls it: "Way in 2, TCP port"; as it is where the form has no word for it. */
export function placeInWords(path: string): string {
  const parts = pathOf(path);
  const [outer = '', last = ''] = ['', ...parts].slice(-2).map(String);
  const [list, at] = parts;
  const way = list === 'servers' && typeof at === 'number' ? t.serverTitle(at) : '';
  if (way && parts.length === 2) return way;
  const known = OTHERWISE[`${outer}.${last}`] ?? OTHERWISE[last] ?? (t as Record<string, unknown>)[last];
  const field = typeof known === 'string' ? known : way ? last : path;
  return way ? `${way}, ${field}` : field;
}

/** What the server says of an entry, as the form would say it: which field, and which of our own ports is in the way. */
export function inWords(issues: readonly Issue[], entry: JsonObject, ports: readonly PortStatus[]): Issue[] {
  const byPath = getAt(entry, ['serial', 'match']) === undefined;
  return issues.map(({ path, message }) => {
    const ofDevice = path === 'serial' || (path === 'serial.port' && !getAt(entry, ['serial', 'port']));
    if (ofDevice && byPath) return { path: 'serial.port', message: t.pathMissing };
    const holder = holderOf(path, message, entry, ports);
    return { path, message: holder ? t.takenBy(holder) : message };
  });
}

/** Who has what this entry wants. The server names its own by their place in the file, and does not know who has an address. */
function holderOf(
  path: string,
  message: string,
  entry: JsonObject,
  ports: readonly PortStatus[],
): string | undefined {
  const taken = /^is taken by ports\[(\d+)\]/.exec(message);
  const wanted = getAt(entry, pathOf(path));
  const index = taken
    ? Number(taken[1])
    : /^Cannot listen on .*: another /.test(message)
      ? ports.findIndex(({ servers }) => servers.some((server) => clash(server, wanted)))
      : -1;
  const port = ports[index];
  return port && labelOf(port, index);
}

function clash(server: ServerStatus, wanted: Json | undefined): boolean {
  const address = asText(getAt(wanted, ['address']));
  const port = getAt(wanted, ['port']);
  if (port === undefined) return server.protocol === 'SOCKET' && server.address === address;
  if (server.port === undefined || portOf(server) !== Number(port)) return false;
  return address === server.address || ANY_ADDRESS.has(address) || ANY_ADDRESS.has(server.address ?? '');
}
