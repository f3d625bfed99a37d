import { ClassConstructor, plainToInstance } from 'class-transformer';
import { ValidationError, validateSync } from 'class-validator';
import { HttpDto, PortDto, RootDto, TokenDto, UserDto } from './config.dto.js';
import type { Config, Entry, PortEntry } from './config.js';
import { ConfigInvalid, ConfigIssue } from './issues.js';
import { IGNORED_SERIAL_KEYS } from './serial.dto.js';
import { AnyServerDto, Protocol, SERVER_CLASSES, UnknownServerDto } from './server.dto.js';

interface Found {
  issues: ConfigIssue[];
  /** Keys that no class knows, outside of `serial`: kept in the file, without effect. */
  unknown: ConfigIssue[];
}
interface Checked<T> extends Found {
  value: T;
}

/** Levels of a document: more than any real one has. What looks at it calls itself for each level. */
const MAX_DEPTH = 100;
/** pyserial refuses an argument that it does not know; elsewhere a key may be another version's. */
const STRICT = /^ports\[\d+\]\.serial[.[]/;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** `ports[0]` and `serial` make `ports[0].serial`; an index makes `[0]`. */
const below = (path: string, key: string) =>
  /^\d+$/.test(key) ? `${path}[${key}]` : path ? `${path}.${key}` : key;

/** Checks one entry against its class; `handled` are keys that are checked elsewhere. */
function check<T extends object>(
  cls: ClassConstructor<T>,
  written: unknown,
  path: string,
  handled: string[] = [],
): Checked<T> {
  if (!isObject(written))
    return { value: new cls(), issues: [{ path, message: 'must be an object in braces' }], unknown: [] };
  const found: Found = { issues: [], unknown: [] };
  const rest = Object.fromEntries(Object.entries(written).filter(([key]) => !handled.includes(key)));
  const value = plainToInstance(cls, plain(rest, path, found), { exposeDefaultValues: true });
  collect(validateSync(value, { whitelist: true, forbidNonWhitelisted: true }), path, found);
  return { value, ...found };
}

/**
 * A copy without nulls, which are Python's None and the same as no key at all. Keys that every object has, such as
 * `constructor`, are left out too: class-transformer takes them for its own and never reports them.
 */
function plain(written: unknown, path: string, into: Found): unknown {
  if (Array.isArray(written)) return written.map((value, index) => plain(value, `${path}[${index}]`, into));
  if (!isObject(written)) return written;
  const copy: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(written)) {
    const at = below(path, key);
    if (key in Object.prototype) reportUnknown(at, into);
    else if (value !== null) copy[key] = plain(value, at, into);
  }
  return copy;
}

function collect(errors: ValidationError[], path: string, into: Found): void {
  for (const { property, value, constraints = {}, children = [] } of errors) {
    const at = below(path, property);
    const [constraint, message = ''] = Object.entries(constraints)[0] ?? [];
    if (constraint === 'whitelistValidation') reportUnknown(at, into);
    else if (constraint === undefined) collect(children, at, into);
    else into.issues.push({ path: at, message: value === undefined ? `is missing; it ${message}` : message });
  }
}

function reportUnknown(path: string, into: Found): void {
  (STRICT.test(path) ? into.issues : into.unknown).push({ path, message: 'unknown setting' });
}

function checkServer(written: unknown, path: string): Checked<AnyServerDto> {
  const protocol = isObject(written) ? written['protocol'] : undefined;
  const name = typeof protocol === 'string' ? protocol.toLowerCase() : '';
  const cls = Object.hasOwn(SERVER_CLASSES, name) ? SERVER_CLASSES[name as Protocol] : undefined;
  if (!cls) {
    const { issues } = check(UnknownServerDto, isObject(written) ? { protocol } : written, path);
    return { value: new SERVER_CLASSES.tcp(), issues, unknown: [] };
  }
  const checked = check<AnyServerDto>(cls, written, path);
  if (!checked.value.data && !checked.value.control) {
    checked.issues.push({ path: `${path}.data`, message: 'is false, so the server needs "control"' });
  }
  return checked;
}

function checkPort(written: unknown, path: string, notices: ConfigIssue[]): PortEntry {
  const { value, issues, unknown } = check(PortDto, written, path, ['servers']);
  notices.push(...unknown);
  const serial = isObject(written) ? written['serial'] : undefined;
  if (isObject(serial)) {
    if (value.serial.port === undefined && !Object.keys(value.serial.match ?? {}).length) {
      issues.push({
        path: `${path}.serial`,
        message: 'needs "port", or "match" with at least one attribute',
      });
    }
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
    return entry(server, at, checked);
  });
  return { ...entry(written, path, { value, issues }), servers };
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

/** @throws ConfigInvalid for a document that is nested too deeply to be looked at */
export function refuseDeep(document: unknown): void {
  let level = [document];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH)
      throw new ConfigInvalid([
        { path: '', message: `The configuration must not be nested more than ${MAX_DEPTH} levels deep` },
      ]);
    level = level.flatMap((value) =>
      typeof value === 'object' && value !== null ? Object.values(value) : [],
    );
  }
}

/**
 * Checks a document. A mistake inside one port, server or http entry takes out that entry alone.
 * @throws ConfigInvalid for a mistake in the form of the file, in users or in tokens: a program that overlooked one
 * might run more open than its file says.
 */
export function checkConfig(document: unknown): Config {
  refuseDeep(document);
  if (!isObject(document))
    throw new ConfigInvalid([
      { path: '', message: 'The configuration must be an object in braces, or a list of ports' },
    ]);
  const fatal: ConfigIssue[] = [];
  const notices: ConfigIssue[] = [];
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
  for (const [index, http] of list(document['http']).entries()) {
    if (isObject(http) && 'auth' in http) {
      const message =
        'may only hold "users", "tokens" and "session_timeout", and not others than the root of the file and the other entries';
      fatal.push({ path: `http[${index}].auth`, message });
    }
  }
  const logins = users.map(({ value }) => value.login);
  const secrets = tokens.map(({ value }) => value.token);
  fatal.push(...repeated(logins, 'users', 'login'), ...repeated(secrets, 'tokens', 'token'));
  if (fatal.length) throw new ConfigInvalid(fatal);
  return {
    document: { ...document, ports: list(document['ports']) },
    ports: refuseSecondEndpoints(
      list(document['ports']).map((port, index) => checkPort(port, `ports[${index}]`, notices)),
    ),
    http: list(document['http']).map((http, index) => {
      const checked = check(HttpDto, http, `http[${index}]`);
      notices.push(...checked.unknown);
      return entry(http, `http[${index}]`, checked);
    }),
    users: users.map(({ value }) => value),
    tokens: tokens.map(({ value }) => value),
    session_timeout: root.value.session_timeout,
    notices,
  };
}
