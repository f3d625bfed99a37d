import { ClassConstructor, plainToInstance } from 'class-transformer';
import { ValidationError, validateSync } from 'class-validator';
import { HttpDto, PortDto, RootDto, TokenDto, UserDto } from './config.dto.js';
import type { Config, ConfigDocument, Entry, PortEntry } from './config.js';
import { ConfigInvalid, ConfigIssue } from './issues.js';
import { IGNORED_SERIAL_KEYS } from './serial.dto.js';
import { AnyServerDto, Protocol, SERVER_CLASSES, UnknownServerDto } from './server.dto.js';

interface Checked<T> {
  value: T;
  issues: ConfigIssue[];
  /** Keys that no class knows, outside of `serial`: kept in the file, without effect. */
  unknown: ConfigIssue[];
}

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
  const plain = Object.fromEntries(
    Object.entries(written).filter(([key, value]) => value !== null && !handled.includes(key)),
  );
  const value = plainToInstance(cls, plain, { exposeDefaultValues: true });
  const checked: Checked<T> = { value, issues: [], unknown: [] };
  collect(validateSync(value, { whitelist: true, forbidNonWhitelisted: true }), path, checked);
  return checked;
}

function collect(errors: ValidationError[], path: string, into: Checked<unknown>): void {
  for (const error of errors) {
    const at = below(path, error.property);
    const [constraint, message] = Object.entries(error.constraints ?? {})[0] ?? [];
    if (constraint === 'whitelistValidation') {
      // pyserial refuses an argument that it does not know; elsewhere the key may be another version's.
      (/\.serial\./.test(at) ? into.issues : into.unknown).push({ path: at, message: 'unknown setting' });
    } else if (message && !error.children?.length) into.issues.push({ path: at, message });
    collect(error.children ?? [], at, into);
  }
}

function checkServer(written: unknown, path: string): Checked<AnyServerDto> {
  const protocol = isObject(written) ? String(written['protocol']).toLowerCase() : undefined;
  const cls =
    protocol !== undefined && Object.hasOwn(SERVER_CLASSES, protocol)
      ? SERVER_CLASSES[protocol as Protocol]
      : undefined;
  if (!cls) {
    const { issues } = check(
      UnknownServerDto,
      isObject(written) ? { protocol: written['protocol'] } : written,
      path,
    );
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
      if (serial[key]) notices.push({ path: `${path}.serial.${key}`, message: 'has no effect here' });
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

/** Endpoints are looked up by name over all ports: the first of a name keeps it. */
function refuseSecondEndpoints(ports: PortEntry[]): PortEntry[] {
  const seen = new Map<string, string>();
  return ports.map((port) => ({
    ...port,
    servers: port.servers.map((server) => {
      if (!server.value || !('endpoint' in server.value)) return server;
      const first = seen.get(server.value.endpoint);
      if (first === undefined) seen.set(server.value.endpoint, server.path);
      const issue = { path: `${server.path}.endpoint`, message: `is taken by ${first}` };
      return first === undefined ? server : { written: server.written, path: server.path, issues: [issue] };
    }),
  }));
}

function repeated(values: readonly string[], path: string, key: string): ConfigIssue[] {
  return values.flatMap((value, index) =>
    values.indexOf(value) < index
      ? [
          {
            path: `${path}[${index}].${key}`,
            message: `is the same as that of ${path}[${values.indexOf(value)}]`,
          },
        ]
      : [],
  );
}

/**
 * Checks a document. A mistake inside one port, server or http entry takes out that entry alone.
 * @throws ConfigInvalid for a mistake in the form of the file, in users or in tokens: a program that overlooked one
 * might run more open than its file says.
 */
export function checkConfig(document: unknown): Config {
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
        'must hold "users", "tokens" or "session_timeout", and not others than the root of the file does';
      fatal.push({ path: `http[${index}].auth`, message });
    }
  }
  const logins = users.map(({ value }) => value.login);
  fatal.push(
    ...repeated(logins, 'users', 'login'),
    ...repeated(
      tokens.map(({ value }) => value.token),
      'tokens',
      'token',
    ),
  );
  if (fatal.length) throw new ConfigInvalid(fatal);
  return {
    document: document as ConfigDocument,
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
