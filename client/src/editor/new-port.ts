import type { DetectedDevice, PortStatus } from '../api/index.js';
import { asText, getAt, type Json, type JsonObject, setAt } from './json.js';

const FIRST_PORT = 10_001;

/** A port to begin with: a terminal in the browser, and TCP on this machine. */
export function newPort(ports: readonly PortStatus[], device?: DetectedDevice): JsonObject {
  const servers = ports.flatMap((port) => port.servers);
  const name = device ? nameOf(device) : '';
  return {
    ...(name && { name }),
    serial: { ...serialOf(device), baudrate: 115_200 },
    servers: [newServer('websocket', servers, name), newServer('tcp', servers)],
  };
}

/** What a port is called before somebody calls it otherwise: by the product, or by the last part of the path. */
const nameOf = ({ device, product }: Pick<DetectedDevice, 'device' | 'product'>): string =>
  product ?? device.replace(/:\/*$/, '').replace(/^.*\//, '');

/** By what stays the same when it is plugged in elsewhere, where there is such a thing. */
function serialOf(device: DetectedDevice | undefined): JsonObject {
  if (!device) return { port: '' };
  const { vid, pid, serial_number } = device;
  if (vid && pid && serial_number) return { match: { vid, pid, serial_number } };
  return { port: device.device };
}

/** What a server takes, so that no other one can have it. */
interface Taker {
  port?: Json;
  endpoint?: Json;
}

/** @param servers all that there are, and that are to be */
export function newServer(protocol: 'tcp' | 'websocket', servers: readonly Taker[], name = ''): JsonObject {
  if (protocol === 'tcp') {
    const taken = new Set(servers.map((server) => server.port));
    let port = FIRST_PORT;
    while (taken.has(port)) port++;
    return { protocol, address: '127.0.0.1', port };
  }
  const wanted = slug(name) || 'device';
  const taken = new Set(servers.map((server) => server.endpoint));
  let endpoint = wanted;
  for (let number = 2; taken.has(endpoint); number++) endpoint = `${wanted}-${number}`;
  return { protocol, endpoint };
}

/** A new port is called as its device is, until somebody calls it otherwise. */
export function namePort(
  before: JsonObject,
  after: JsonObject,
  detected: readonly DetectedDevice[],
): JsonObject {
  const proposed = (entry: JsonObject) => {
    const device = asText(getAt(entry, ['serial', 'port']));
    return nameOf(detected.find((one) => one.device === device) ?? { device });
  };
  const [written, name] = [asText(before['name']), proposed(after)];
  const untouched = written === proposed(before) && asText(after['name']) === written;
  return untouched && name !== written ? (setAt(after, ['name'], name || undefined) as JsonObject) : after;
}

/** The endpoint of a new port is called as the port is, until somebody calls it otherwise. */
export function nameEndpoint(
  before: JsonObject,
  after: JsonObject,
  ports: readonly PortStatus[],
): JsonObject {
  const taken = ports.flatMap((port) => port.servers);
  const proposed = (entry: JsonObject) =>
    newServer('websocket', taken, asText(entry['name']))['endpoint'] ?? '';
  const [old, endpoint] = [proposed(before), proposed(after)];
  const { servers } = after;
  if (old === endpoint || !Array.isArray(servers)) return after;
  const named = servers.map((server) =>
    getAt(server, ['endpoint']) === old ? setAt(server, ['endpoint'], endpoint) : server,
  );
  return { ...after, servers: named };
}

const slug = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');

/** A copy of a port under other names, so that both can be served. */
export function duplicate(entry: JsonObject, ports: readonly PortStatus[]): JsonObject {
  const name = typeof entry['name'] === 'string' ? `${entry['name']} 2` : '';
  const taken: Taker[] = ports.flatMap((port) => port.servers);
  const servers = (Array.isArray(entry['servers']) ? entry['servers'] : []).map((server) => {
    const written = server as JsonObject;
    const protocol = asText(written['protocol']).toLowerCase();
    const fresh = newServer(
      protocol === 'websocket' ? 'websocket' : 'tcp',
      taken,
      asText(written['endpoint']),
    );
    taken.push(fresh);
    if (protocol === 'websocket') return { ...written, endpoint: fresh['endpoint'] ?? '' };
    if (protocol === 'socket') return { ...written, address: `${asText(written['address'])}-2` };
    return { ...written, port: fresh['port'] ?? 0 };
  });
  return { ...entry, name, servers };
}
