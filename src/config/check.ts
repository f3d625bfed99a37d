import { HttpDto, PortDto, RootDto, TokenDto, UserDto } from './config.dto.js';
import { type Config, entries, type Entry, type PortEntry } from './config.js';
import { isMatched } from './is-matched.js';
import { ConfigInvalid, ConfigIssue, ConfigNotice } from './issues.js';
import { fitsHeader } from './rules.js';
import { IGNORED_SERIAL_KEYS, OLD_SERIAL_KEYS } from './serial.dto.js';
import { digestOfStored } from './stored-token.js';
import { AnyServerDto, Protocol, SERVER_CLASSES, UnknownServerDto } from './server.dto.js';
import { check, Checked, isObject, list, refuseDeep } from './shape.js';

function checkServer(written: unknown, path: string): Checked<AnyServerDto> {
  const protocol = isObject(written) ? written['protocol'] : undefined;
  const name = typeof protocol === 'string' ? protocol.toLowerCase() : '';
  const cls = Object.hasOwn(SERVER_CLASSES, name) ? SERVER_CLASSES[name as Protocol] : undefined;
  if (!cls) {
    const { issues } = check(UnknownServerDto, isObject(written) ? { protocol } : written, path);
    return { value: new SERVER_CLASSES.tcp(), issues, unknown: [] };
  }
  const checked = check<AnyServerDto>(cls, withControlOrNull(written), path);
  if (!checked.value.data && !checked.value.control) {
    checked.issues.push({ path: `${path}.data`, message: 'is false, so the server needs "control"' });
  }
  return checked;
}

/** In the Python program an empty object and false mean that there is no control, as null does. */
export function withControlOrNull(written: unknown): unknown {
  if (!isObject(written)) return written;
  const { control } = written;
  const isNone = control === false || (isObject(control) && Object.keys(control).length === 0);
  return isNone ? { ...written, control: null } : written;
}

/** They are in no class: nobody is to write them today. */
function withoutOldKeys(written: unknown): unknown {
  if (!isObject(written) || !isObject(written['serial'])) return written;
  const serial = Object.entries(written['serial']).filter(([key]) => !OLD_SERIAL_KEYS.includes(key));
  return { ...written, serial: Object.fromEntries(serial) };
}

function checkPort(written: unknown, path: string, notices: ConfigIssue[]): PortEntry {
  const { value, issues, unknown } = check(PortDto, withoutOldKeys(written), path, ['servers']);
  notices.push(...unknown);
  const serial = isObject(written) ? written['serial'] : undefined;
  if (isObject(serial)) {
    if (value.serial.port === undefined && !Object.keys(value.serial.match ?? {}).length) {
      issues.push({
        path: `${path}.serial`,
        message: 'needs "port", or "match" with at least one attribute',
      });
    }
    if (value.serial.port !== undefined && isMatched(value.serial))
      notices.push({ path: `${path}.serial.port`, message: 'has no effect beside "match"' });
    for (const key of IGNORED_SERIAL_KEYS) {
      if (![undefined, null, false].includes(serial[key] as null))
        notices.push({ path: `${path}.serial.${key}`, message: 'has no effect here' });
    }
  }
  const written_servers = isObject(written) ? (written['servers'] ?? []) : [];
  if (!Array.isArray(written_servers))
    issues.push({ path: `${path}.servers`, message: 'must be a list in brackets' });
  const servers = list(written_servers).map((server, index) => {
    const at = `${path}.servers[${index}]`;
    const checked = checkServer(server, at);
    notices.push(...checked.unknown);
    if ('token' in checked.value) notices.push(...unfitToken(checked.value.token, at));
    return entry(server, at, checked);
  });
  return { ...entry(written, path, { value, issues }), servers };
}

/** The Python program serves all addresses of the machine then. */
function withoutAddress(written: unknown, at: string): ConfigNotice[] {
  if (!isObject(written) || (written['address'] ?? null) !== null) return [];
  const message = 'is not given, so only this machine is served (127.0.0.1); "0.0.0.0" serves others too';
  return [{ path: `${at}.address`, message, warning: true }];
}

/** A token that somebody wrote by hand may have any characters. */
function unfitToken(token: unknown, at: string): ConfigIssue[] {
  if (typeof token !== 'string' || fitsHeader(token)) return [];
  const message =
    'works only as "?token=": a header cannot carry it, since it has spaces or letters beyond ASCII, or over 1024 of them';
  return [{ path: `${at}.token`, message }];
}

function entry<T>(
  written: unknown,
  path: string,
  { value, issues }: { value: T; issues: ConfigIssue[] },
): Entry<T> {
  return issues.length ? { written, path, issues } : { written, path, issues, value };
}

/** Endpoints are looked up by name over all ports that are served: the first of a name keeps it. */
function refuseSecondEndpoints(ports: PortEntry[]): PortEntry[] {
  const seen = new Map<string, string>();
  return ports.map((port) => ({
    ...port,
    servers: port.servers.map((server) => {
      if (!port.value || !server.value || !('endpoint' in server.value)) return server;
      const first = seen.get(server.value.endpoint);
      if (first === undefined) seen.set(server.value.endpoint, server.path);
      const issue = { path: `${server.path}.endpoint`, message: `is taken by ${first}` };
      return first === undefined ? server : { written: server.written, path: server.path, issues: [issue] };
    }),
  }));
}

function repeated(values: readonly unknown[], path: string, key: string): ConfigIssue[] {
  const first = new Map<unknown, number>();
  const issues: ConfigIssue[] = [];
  for (const [index, value] of values.entries()) {
    const before = first.get(value);
    if (before === undefined) first.set(value, index);
    else if (value !== undefined)
      issues.push({ path: `${path}[${index}].${key}`, message: `is the same as that of ${path}[${before}]` });
  }
  return issues;
}

/**
 * Checks a document. A mistake inside one port, server or http entry takes out that entry alone.
 * @throws ConfigInvalid for a mistake in the form of the file, in users or in tokens: a program that overlooked one
 * might run more open than its file says. It has the mistakes in entries too.
 */
export function checkConfig(document: unknown): Config {
  refuseDeep(document);
  if (!isObject(document))
    throw new ConfigInvalid([
      { path: '', message: 'The configuration must be an object in braces, or a list of ports' },
    ]);
  const fatal: ConfigIssue[] = [];
  const notices: ConfigNotice[] = [];
  for (const key of ['ports', 'http', 'users', 'tokens']) {
    if (!Array.isArray(document[key] ?? [])) fatal.push({ path: key, message: 'must be a list in brackets' });
  }
  const root = check(RootDto, document, '', ['ports', 'http', 'users', 'tokens']);
  const users = list(document['users']).map((user, index) => check(UserDto, user, `users[${index}]`));
  const tokens = list(document['tokens']).map((token, index) => check(TokenDto, token, `tokens[${index}]`));
  for (const { issues, unknown } of [root, ...users, ...tokens]) {
    fatal.push(...issues);
    notices.push(...unknown);
  }
  for (const [index, { value }] of tokens.entries())
    notices.push(...unfitToken(value.token, `tokens[${index}]`));
  for (const [index, http] of list(document['http']).entries()) {
    if (isObject(http) && 'auth' in http) {
      const message =
        'may only hold "users", "tokens" and "session_timeout", the same in all entries; they belong to the root of the file';
      fatal.push({ path: `http[${index}].auth`, message });
    }
  }
  const logins = users.map(({ value }) => value.login);
  // Not in their own words: one may stand there in clear and as a hash.
  const secrets = tokens.map(({ value }) =>
    typeof value.token === 'string' ? digestOfStored(value.token) : undefined,
  );
  const ids = tokens.map(({ value }) => value.id);
  fatal.push(...repeated(logins, 'users', 'login'), ...repeated(secrets, 'tokens', 'token'));
  fatal.push(...repeated(ids, 'tokens', 'id'));
  const config: Config = {
    document: { ...document, ports: list(document['ports']) },
    ports: refuseSecondEndpoints(
      list(document['ports']).map((port, index) => checkPort(port, `ports[${index}]`, notices)),
    ),
    http: list(document['http']).map((http, index) => {
      const checked = check(HttpDto, http, `http[${index}]`);
      notices.push(...checked.unknown, ...withoutAddress(http, `http[${index}]`));
      return entry(http, `http[${index}]`, checked);
    }),
    users: users.map(({ value }) => value),
    tokens: tokens.map(({ value }) => value),
    session_timeout: root.value.session_timeout,
    notices,
  };
  if (fatal.length) throw new ConfigInvalid([...fatal, ...entries(config).flatMap(({ issues }) => issues)]);
  return config;
}
