import { isIPv4, isIPv6 } from 'node:net';
import type { Config, Entry } from './config.js';
import type { ConfigIssue } from './issues.js';
import { type AnyServerDto, SocketServerDto, WebSocketServerDto } from './server.dto.js';

/** What is wrong with entries only beside each other; a server that runs finds that out when it listens. */

/** Where an entry wants to listen. */
type Address = { path: string } | { host: string; port: number };

interface Wanted {
  readonly entry: string;
  readonly address: Address;
}

const keyOf = ({ entry, address }: Wanted) => `${entry}.${'path' in address ? 'address' : 'port'}`;

/** Entries that want the address of one before them: a running server refuses an edit for each, a start serves the first. */
export function takenAddresses(config: Config): ConfigIssue[] {
  const before: Wanted[] = [];
  return wanted(config).flatMap((one) => {
    const first = before.find((other) => clash(other.address, one.address));
    before.push(one);
    return first ? [{ path: keyOf(one), message: `is taken by ${first.entry}` }] : [];
  });
}

/**
 * Why an entry of `next` cannot have its address as long as `next` stays what it is: another entry of it wants that too, or
 * an http server that runs has it, which lets go only after the servers of ports have begun. Undefined when there is no such
 * reason.
 */
export function ownClash(entry: string, next: Config, running: Config): ConfigIssue | undefined {
  const all = wanted(next);
  const own = all.find((one) => one.entry === entry);
  if (!own) return undefined;
  const rival = all.find((one) => one !== own && clash(one.address, own.address));
  if (rival) return { path: keyOf(own), message: `is that of ${rival.entry} too` };
  const holder = isHttp(own)
    ? undefined
    : wanted(running)
        .filter(isHttp)
        .find((one) => clash(one.address, own.address));
  return (
    holder && {
      path: keyOf(own),
      message: `is free only after ${holder.entry} was moved by an edit of its own`,
    }
  );
}

const isHttp = ({ entry }: Wanted) => entry.startsWith('http');

/** What may be meant so, and surprises: ports of one name, and endpoints that nobody can reach. */
export function surprises(config: Config): ConfigIssue[] {
  const issues: ConfigIssue[] = [];
  const names = new Map<string, string>();
  for (const { path, value } of config.ports) {
    if (value?.name === undefined) continue;
    const first = names.get(value.name);
    if (first === undefined) names.set(value.name, path);
    else
      issues.push({ path: `${path}.name`, message: `is that of ${first} too, which is the one found by it` });
  }
  if (config.http.some(({ value }) => value !== undefined)) return issues;
  const unreached = servedServers(config).filter(({ value }) => value instanceof WebSocketServerDto);
  const message = 'cannot be reached: WebSockets come by an http entry, and none is served';
  return [...issues, ...unreached.map(({ path }) => ({ path, message }))];
}

function servedServers(config: Config): Entry<AnyServerDto>[] {
  return config.ports.flatMap(({ value, servers }) => (value ? servers : []));
}

function wanted(config: Config): Wanted[] {
  const of = ({ path, value }: Entry<object>): Wanted[] => {
    const address = value && addressOf(value);
    return address ? [{ entry: path, address }] : [];
  };
  return [...servedServers(config), ...config.http].flatMap(of);
}

function addressOf(value: object): Address | undefined {
  if (value instanceof SocketServerDto) return { path: value.address };
  const { address, port } = value as { address?: string; port?: number };
  // The system gives each a free one for 0.
  return port ? { host: canonical(address ?? ''), port } : undefined;
}

/** One way to write it; Python binds "" to all IPv4 addresses. */
function canonical(host: string): string {
  if (host === '') return '0.0.0.0';
  return isIPv6(host) && !host.includes('%')
    ? new URL(`http://[${host}]`).hostname.slice(1, -1)
    : host.toLowerCase();
}

function clash(a: Address, b: Address): boolean {
  if ('path' in a || 'path' in b) return 'path' in a && 'path' in b && a.path === b.path;
  return a.port === b.port && (a.host === b.host || covers(a.host, b.host) || covers(b.host, a.host));
}

/** `::` listens for IPv4 too. */
const covers = (all: string, host: string) => all === '::' || (all === '0.0.0.0' && isIPv4(host));
