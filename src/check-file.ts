import { surprises, takenAddresses } from './config/check-entries.js';
import { entries, type Config } from './config/config.js';
import { HttpDto, type PortDto } from './config/config.dto.js';
import type { ConfigFile } from './config/config-file.js';
import { type ConfigIssue, issueText } from './config/issues.js';
import {
  type AnyServerDto,
  SocketServerDto,
  SslServerDto,
  type SslDto,
  WebSocketServerDto,
} from './config/server.dto.js';
import { isMatched } from './config/is-matched.js';
import { sentence } from './errors.js';
import { loadTls } from './net/tls-context.js';
import { checkDevice } from './serial/find-device.js';

/**
 * Prints what a configuration would serve, and its mistakes to stderr; nothing is opened but certificate files.
 * A device that could not be opened now is no mistake: it may come later.
 * @returns how many mistakes there are
 * @throws ConfigUnreadable, ConfigInvalid for mistakes that leave nothing to serve
 */
export async function checkFile(file: ConfigFile): Promise<number> {
  const { config, locate } = await file.read();
  const issues = [
    ...entries(config).flatMap((entry) => entry.issues),
    ...takenAddresses(config),
    ...(await tlsIssues(config)),
  ];
  for (const line of summary(config)) console.log(line);
  for (const notice of [...config.notices, ...surprises(config), ...(await absentDevices(config))])
    console.log(`note: ${issueText(notice, locate(notice))}`);
  for (const issue of issues) console.error(`ser2tcp: ${issueText(issue, locate(issue))}`);
  return issues.length;
}

/** Entries whose certificate files cannot be used. */
async function tlsIssues(config: Config): Promise<ConfigIssue[]> {
  const secured = [...config.ports.flatMap((port) => port.servers), ...config.http].flatMap(
    ({ path, value }) => (isSecured(value) ? [{ path: `${path}.ssl`, ssl: value.ssl }] : []),
  );
  const tried = secured.map(({ path, ssl }) =>
    loadTls(ssl).then(
      () => [],
      (error: unknown) => [{ path, message: sentence(error) }],
    ),
  );
  return (await Promise.all(tried)).flat();
}

/** Devices that could not be opened now. */
async function absentDevices(config: Config): Promise<ConfigIssue[]> {
  const tried = config.ports.map(async ({ path, value }) => {
    const trouble = value && (await checkDevice(value.serial).then(() => undefined, sentence));
    return trouble === undefined ? [] : [{ path: `${path}.serial`, message: trouble }];
  });
  return (await Promise.all(tried)).flat();
}

/** Other servers may have a stray "ssl", which has no effect. */
const isSecured = (value: object | undefined): value is { ssl: SslDto } =>
  value instanceof SslServerDto || (value instanceof HttpDto && value.ssl !== undefined);

/** One line for each port, server and http entry, as they stand in the file. */
function summary(config: Config): string[] {
  const ports = config.ports.flatMap(({ path, value, servers }) => [
    value ? `port ${portText(value)}` : `${path}: not served`,
    ...servers.map(
      (server) => `  ${server.value && value ? serverText(server.value) : `${server.path}: not served`}`,
    ),
  ]);
  const http = config.http.map(({ path, value }) => (value ? httpText(value) : `${path}: not served`));
  const { users, tokens } = config;
  const accounts = `accounts: ${counted(users.length, 'user')}, ${counted(tokens.length, 'token')}`;
  return [
    ...ports,
    ...http,
    users.length + tokens.length > 0 ? accounts : 'accounts: none, so whoever gets in may do all',
  ];
}

function portText({ name, serial, max_connections }: PortDto): string {
  const { baudrate, bytesize, parity, stopbits } = serial;
  const attributes = Object.entries(serial.match ?? {}).filter(([, value]) => value !== undefined);
  const device = isMatched(serial)
    ? `USB device with ${attributes.map(([key, value]) => `${key} ${value}`).join(', ')}`
    : serial.port;
  return line(`${name === undefined ? '' : `${name}: `}${device}`, [
    `${baudrate} ${bytesize}${parity}${stopbits}`,
    serial.rtscts && 'rtscts',
    serial.xonxoff && 'xonxoff',
    clients(max_connections),
  ]);
}

function serverText(server: AnyServerDto): string {
  const common: Detail[] = [
    server.control && 'modem lines',
    !server.data && 'no data',
    clients(server.max_connections),
  ];
  if (server instanceof SocketServerDto)
    return line(`socket ${server.address}`, [server.mode !== undefined && `mode ${server.mode}`, ...common]);
  const where =
    server instanceof WebSocketServerDto ? `/ws/${server.endpoint}` : hostPort(server.address, server.port);
  const ssl = server instanceof SslServerDto ? tlsText(server.ssl) : false;
  return line(`${server.protocol} ${where}`, [ssl, ...filterText(server), ...common]);
}

function httpText({ name, address, port, ssl, ...filters }: HttpDto): string {
  const url = `${ssl ? 'https' : 'http'}://${hostPort(address, port)}`;
  return line(name === undefined ? `http: ${url}` : `http ${name}: ${url}`, [
    ssl && tlsText(ssl),
    ...filterText(filters),
  ]);
}

type Detail = string | false | undefined;
const line = (what: string, details: Detail[]) => [what, ...details.filter((detail) => detail)].join(', ');
const counted = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`;
const clients = (most: number) => most > 0 && `at most ${counted(most, 'client')}`;
const tlsText = ({ certfile, ca_certs }: SslDto) =>
  `certificate ${certfile}${ca_certs === undefined ? '' : `, clients with one of ${ca_certs}`}`;
const filterText = ({ allow, deny }: { allow?: string[]; deny?: string[] }): Detail[] => [
  allow?.length ? `from ${allow.join(' ')}` : false,
  deny?.length ? `not from ${deny.join(' ')}` : false,
];

function hostPort(address: string, port: number): string {
  // Python binds "" to all IPv4 addresses.
  const host = address || '0.0.0.0';
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}
