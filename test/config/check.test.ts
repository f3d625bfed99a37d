import { describe, expect, it } from '@jest/globals';
import { checkConfig } from '../../src/config/check.js';
import { entries } from '../../src/config/config.js';
import { ConfigInvalid, issueText } from '../../src/config/issues.js';

const serial = { port: '/dev/ttyUSB0' };
const tcp = { protocol: 'tcp', address: '127.0.0.1', port: 10001 };
const socket = { protocol: 'socket', address: '/run/x.sock' };
const http = { address: '127.0.0.1', port: 20080 };
const ssl = { certfile: 'a.crt', keyfile: 'a.key' };
const user = { login: 'admin', password: `sha256:salt:${'0'.repeat(64)}`, admin: true };

const withSerial = (more: object) => ({ ports: [{ serial: { ...serial, ...more } }] });

/** What takes entries out, one line each. */
const mistakes = (document: unknown) =>
  entries(checkConfig(document))
    .flatMap((entry) => entry.issues)
    .map((issue) => issueText(issue));
/** What ends the program, one line each. */
function fatal(document: unknown): string[] {
  try {
    checkConfig(document);
  } catch (error) {
    if (error instanceof ConfigInvalid) return error.issues.map((issue) => issueText(issue));
    throw error;
  }
  return [];
}

const OBJECT = 'must be an object in braces';
const LIST = 'must be a list in brackets';
const TEXT = 'must be a text that is not empty';
const FLAG = 'must be true or false';
const COUNT = 'must be a whole number; 0 for no limit';
const SECONDS = 'must be a number of seconds above 0';
const ADDRESS = 'must be an IP address or a host name of this machine';
const TCP_PORT = 'must be a TCP port, 0 to 65535';
const NETWORKS = 'must be a list of IP addresses or networks, such as "192.168.1.0/24"';
const SIGNALS = 'must be a list of rts, dtr, cts, dsr, ri, cd';
const PROTOCOL = 'must be one of tcp, telnet, ssl, websocket, socket';
const ENDPOINT =
  'must be a name of at most 200 characters, such as my-device, without spaces around it, that does not begin with "/" or "monitor/"';
const BAUDRATE = 'must be a whole number of bits a second, such as 9600 or 115200';
const BYTESIZE = 'must be one of FIVEBITS, SIXBITS, SEVENBITS, EIGHTBITS, 5, 6, 7, 8';
const PARITY = 'must be one of NONE, EVEN, ODD, MARK, SPACE, N, E, O, M, S';
const STOPBITS = 'must be one of ONE, ONE_POINT_FIVE, TWO, 1, 1.5, 2';
const HASH = 'must be a password hash; make one with: ser2tcp --hash-password PASSWORD';
const NAME = 'must be a text of at most 200 characters';
const AUTH =
  'may only hold "users", "tokens" and "session_timeout", the same in all entries; they belong to the root of the file';

describe('a mistake in a port takes out that port', () => {
  it.each<[string, unknown, string]>([
    ['', 'COM1', OBJECT],
    ['', null, OBJECT],
    ['', [], OBJECT],
    ['.serial', {}, `is missing; it ${OBJECT}`],
    ['.serial', { serial: [serial] }, OBJECT],
    ['.serial', { serial: '/dev/ttyUSB0' }, OBJECT],
    ['.serial', { serial: {} }, 'needs "port", or "match" with at least one attribute'],
    ['.serial', { serial: { match: {} } }, 'needs "port", or "match" with at least one attribute'],
    ['.serial', { serial: { port: null } }, 'needs "port", or "match" with at least one attribute'],
    ['.servers', { serial, servers: {} }, LIST],
    ['.max_connections', { serial, max_connections: '5' }, COUNT],
    ['.max_connections', { serial, max_connections: 1.5 }, COUNT],
    ['.name', { serial, name: 7 }, NAME],
    ['.name', { serial, name: 'x'.repeat(201) }, NAME],
    ['.name', { serial, name: 'two\nlines' }, NAME],
  ])('ports[1]%s of %j', (path, port, sentence) => {
    const document = { ports: [{ serial }, port, { serial }] };
    expect(mistakes(document)).toEqual([`ports[1]${path}: ${sentence}`]);
    expect(checkConfig(document).ports.map(({ value }) => value !== undefined)).toEqual([true, false, true]);
  });

  it.each<[string, object, string]>([
    ['port', { port: '' }, TEXT],
    ['port', { port: 3 }, TEXT],
    ['baudrate', { baudrate: 'fast' }, BAUDRATE],
    ['baudrate', { baudrate: 0 }, BAUDRATE],
    ['baudrate', { baudrate: 9600.5 }, BAUDRATE],
    ['baudrate', { baudrate: 1e300 }, BAUDRATE],
    ['bytesize', { bytesize: 9 }, BYTESIZE],
    ['bytesize', { bytesize: [8] }, BYTESIZE],
    ['parity', { parity: 'X' }, PARITY],
    ['parity', { parity: ['N'] }, PARITY],
    ['parity', { parity: 1 }, PARITY],
    ['stopbits', { stopbits: 3 }, STOPBITS],
    ['stopbits', { stopbits: 'HALF' }, STOPBITS],
    ['xonxoff', { xonxoff: 'yes' }, FLAG],
    ['rtscts', { rtscts: 2 }, FLAG],
    ['dsrdtr', { dsrdtr: 'true' }, FLAG],
    ['exclusive', { exclusive: [] }, FLAG],
    ['hupcl', { hupcl: {} }, FLAG],
    ['timeout', { timeout: '1' }, 'must be a number of seconds'],
    ['write_timeout', { write_timeout: true }, 'must be a number of seconds'],
    ['inter_byte_timeout', { inter_byte_timeout: [] }, 'must be a number of seconds'],
    ['baudrat', { baudrat: 9600 }, 'unknown setting'],
    ['match', { match: '0403:6001' }, OBJECT],
    ['match', { match: [{}] }, OBJECT],
    ['match.vid', { match: { vid: 1.5 } }, 'must be a text, with * and ? as wildcards'],
    ['match.product', { match: { product: '' } }, 'must be a text, with * and ? as wildcards'],
    ['match.serial', { match: { serial: 'A1' } }, 'unknown setting'],
  ])('ports[0].serial.%s of %j', (key, more, sentence) => {
    expect(mistakes(withSerial(more))).toEqual([`ports[0].serial.${key}: ${sentence}`]);
  });

  it('has its servers checked all the same, and every mistake reported', () => {
    expect(mistakes({ ports: [{ serial: { port: 'x', parity: 'X', y: 1 }, servers: [tcp, {}] }] })).toEqual([
      'ports[0].serial.y: unknown setting',
      `ports[0].serial.parity: ${PARITY}`,
      `ports[0].servers[1].protocol: is missing; it ${PROTOCOL}`,
    ]);
  });
});

describe('a mistake in a server takes out that server', () => {
  it.each<[string, unknown, string]>([
    ['', 10001, OBJECT],
    ['', [tcp], OBJECT],
    ['.protocol', { address: '::', port: 1 }, `is missing; it ${PROTOCOL}`],
    ['.protocol', { ...tcp, protocol: 'udp' }, PROTOCOL],
    ['.protocol', { ...tcp, protocol: ['tcp'] }, PROTOCOL],
    ['.protocol', { ...tcp, protocol: { toString: 1, valueOf: 1 } }, PROTOCOL],
    ['.protocol', { ...tcp, protocol: 'constructor' }, PROTOCOL],
    ['.address', { protocol: 'tcp', port: 1 }, `is missing; it ${ADDRESS}`],
    ['.address', { ...tcp, address: '127.0.0.256' }, ADDRESS],
    ['.address', { ...tcp, address: '*' }, ADDRESS],
    ['.address', { ...tcp, address: 'a..b' }, ADDRESS],
    ['.address', { ...tcp, address: 'x'.repeat(300) }, ADDRESS],
    ['.port', { protocol: 'tcp', address: '::' }, `is missing; it ${TCP_PORT}`],
    ['.port', { ...tcp, port: '10001' }, TCP_PORT],
    ['.port', { ...tcp, port: 65536 }, TCP_PORT],
    ['.port', { ...tcp, port: -1 }, TCP_PORT],
    ['.port', { ...tcp, protocol: 'telnet', port: 1.5 }, TCP_PORT],
    ['.allow', { ...tcp, allow: '10.0.0.1' }, NETWORKS],
    ['.allow', { ...tcp, allow: ['10.0.0.1', 'me'] }, NETWORKS],
    ['.deny', { ...tcp, protocol: 'telnet', deny: [null] }, NETWORKS],
    ['.data', { ...tcp, data: 'no' }, FLAG],
    ['.data', { ...tcp, data: false }, 'is false, so the server needs "control"'],
    ['.data', { ...tcp, data: false, control: {} }, 'is false, so the server needs "control"'],
    ['.send_timeout', { ...tcp, send_timeout: 0 }, SECONDS],
    ['.send_timeout', { ...tcp, send_timeout: 1e9 }, SECONDS],
    ['.buffer_limit', { ...tcp, buffer_limit: -1 }, 'must be a whole number, 0 or more'],
    ['.max_connections', { ...tcp, max_connections: '5' }, COUNT],
    ['.on_limit', { ...tcp, on_limit: 'kick' }, 'must be one of reject, kick-oldest'],
    ['.idle_timeout', { ...tcp, idle_timeout: -1 }, 'must be a number of seconds; 0 switches it off'],
    ['.control', { ...tcp, control: true }, OBJECT],
    ['.control', { ...tcp, control: [{}] }, OBJECT],
    [
      '.control',
      { ...tcp, protocol: 'telnet', control: { rts: true } },
      'is not available on a telnet server',
    ],
    ['.control.rts', { ...tcp, control: { rts: 'high' } }, FLAG],
    ['.control.dtr', { ...tcp, control: { dtr: [] } }, FLAG],
    ['.control.signals', { ...tcp, control: { signals: 'rts' } }, SIGNALS],
    ['.control.signals', { ...tcp, control: { signals: ['rts', 'dcd'] } }, SIGNALS],
    ['.control.poll_interval', { ...tcp, control: { poll_interval: 0 } }, SECONDS],
    ['.ssl', { ...tcp, protocol: 'ssl' }, `is missing; it ${OBJECT}`],
    ['.ssl', { ...tcp, protocol: 'ssl', ssl: [ssl] }, OBJECT],
    ['.ssl.certfile', { ...tcp, protocol: 'ssl', ssl: { keyfile: 'k' } }, `is missing; it ${TEXT}`],
    ['.ssl.keyfile', { ...tcp, protocol: 'ssl', ssl: { ...ssl, keyfile: '' } }, TEXT],
    ['.ssl.ca_certs', { ...tcp, protocol: 'ssl', ssl: { ...ssl, ca_certs: false } }, TEXT],
    ['.address', { protocol: 'socket' }, `is missing; it ${TEXT}`],
    ['.address', { protocol: 'socket', address: '/tmp/\0' }, TEXT],
    ['.mode', { ...socket, mode: 660 }, 'must be permission bits in octal, such as "660"'],
    ['.owner', { ...socket, owner: 'a:b' }, 'must be a name or a number'],
    ['.group', { ...socket, group: -1 }, 'must be a name or a number'],
    ['.endpoint', { protocol: 'websocket' }, `is missing; it ${ENDPOINT}`],
    ['.endpoint', { protocol: 'websocket', endpoint: '' }, ENDPOINT],
    ['.endpoint', { protocol: 'websocket', endpoint: ' my-device' }, ENDPOINT],
    ['.endpoint', { protocol: 'websocket', endpoint: 'my-device ' }, ENDPOINT],
    ['.endpoint', { protocol: 'websocket', endpoint: 'my\ndevice' }, ENDPOINT],
    ['.endpoint', { protocol: 'websocket', endpoint: 'my\u2028device' }, ENDPOINT],
    ['.endpoint', { protocol: 'websocket', endpoint: 'x'.repeat(201) }, ENDPOINT],
    ['.endpoint', { protocol: 'websocket', endpoint: '/x' }, ENDPOINT],
    ['.endpoint', { protocol: 'websocket', endpoint: 'monitor/x' }, ENDPOINT],
    ['.token', { protocol: 'websocket', endpoint: 'x', token: 7 }, TEXT],
    ['.allow', { protocol: 'websocket', endpoint: 'x', allow: {} }, NETWORKS],
  ])('ports[0].servers[1]%s of %j', (path, server, sentence) => {
    const document = { ports: [{ serial, servers: [tcp, server, tcp] }] };
    expect(mistakes(document)).toEqual([`ports[0].servers[1]${path}: ${sentence}`]);
    const [port] = checkConfig(document).ports;
    expect(port?.value).toBeDefined();
    expect(port?.servers.map(({ value }) => value !== undefined)).toEqual([true, false, true]);
  });

  it('leaves the first server of an endpoint', () => {
    const websocket = { protocol: 'websocket', endpoint: 'x' };
    const ports = [
      { servers: [websocket] },
      { serial, servers: [websocket] },
      { serial, servers: [tcp, websocket] },
    ];
    expect(mistakes({ ports }).slice(1)).toEqual([
      'ports[2].servers[1].endpoint: is taken by ports[1].servers[0]',
    ]);
  });
});

describe('a mistake in an http entry takes out that entry', () => {
  it.each<[string, unknown, string]>([
    ['', 8080, OBJECT],
    ['.port', { address: '::', port: '80' }, TCP_PORT],
    ['.address', { ...http, address: 5 }, ADDRESS],
    ['.name', { ...http, name: {} }, NAME],
    ['.ssl', { ...http, ssl: true }, OBJECT],
    ['.ssl', { ...http, ssl: [ssl] }, OBJECT],
    ['.ssl.keyfile', { ...http, ssl: { certfile: 'c' } }, `is missing; it ${TEXT}`],
    ['.allow', { ...http, allow: ['10.0.0.0/33'] }, NETWORKS],
    ['.deny', { ...http, deny: 'all' }, NETWORKS],
  ])('http[1]%s of %j', (path, entry, sentence) => {
    const document = { ports: [], http: [http, entry, http] };
    expect(mistakes(document)).toEqual([`http[1]${path}: ${sentence}`]);
    expect(checkConfig(document).http.map(({ value }) => value !== undefined)).toEqual([true, false, true]);
  });
});

describe('the program ends for a mistake in', () => {
  it.each<[string, unknown, string[]]>([
    ['the document', 'ports', ['The configuration must be an object in braces, or a list of ports']],
    ['the document', null, ['The configuration must be an object in braces, or a list of ports']],
    ['ports', { ports: {} }, [`ports: ${LIST}`]],
    ['http', { http: 8080 }, [`http: ${LIST}`]],
    ['users', { users: user }, [`users: ${LIST}`]],
    ['tokens', { tokens: 'x' }, [`tokens: ${LIST}`]],
    [
      'session_timeout',
      { session_timeout: -1 },
      ['session_timeout: must be a number of seconds; 0 switches it off'],
    ],
    ['a user', { users: [5] }, [`users[0]: ${OBJECT}`]],
    [
      'a user',
      { users: [{}] },
      [`users[0].login: is missing; it ${TEXT}`, `users[0].password: is missing; it ${HASH}`],
    ],
    ['a login', { users: [{ ...user, login: '' }] }, [`users[0].login: ${TEXT}`]],
    ['a password', { users: [{ ...user, password: 'plain' }] }, [`users[0].password: ${HASH}`]],
    ['a password', { users: [user, { ...user, login: 'b', password: 5 }] }, [`users[1].password: ${HASH}`]],
    ['admin', { users: [{ ...user, admin: 'yes' }] }, [`users[0].admin: ${FLAG}`]],
    [
      "a user's timeout",
      { users: [{ ...user, session_timeout: -1 }] },
      ['users[0].session_timeout: must be a number of seconds; 0 switches it off'],
    ],
    ['two users', { users: [user, user] }, ['users[1].login: is the same as that of users[0]']],
    ['a token', { tokens: ['x'] }, [`tokens[0]: ${OBJECT}`]],
    ['a token', { tokens: [{ name: 'x' }] }, [`tokens[0].token: is missing; it ${TEXT}`]],
    ['a token', { tokens: [{ token: ['x'] }] }, [`tokens[0].token: ${TEXT}`]],
    ['its name', { tokens: [{ token: 'x', name: 5 }] }, [`tokens[0].name: ${NAME}`]],
    ['its admin', { tokens: [{ token: 'x', admin: 2 }] }, [`tokens[0].admin: ${FLAG}`]],
    [
      'two tokens',
      { tokens: [{ token: 'x' }, { token: 'x' }] },
      ['tokens[1].token: is the same as that of tokens[0]'],
    ],
    ['auth', { http: [{ ...http, auth: {} }] }, [`http[0].auth: ${AUTH}`]],
  ])('%s: %j', (_what, document, sentences) => {
    expect(fatal(document)).toEqual(sentences);
  });
});

describe('mistakes of every kind', () => {
  it('are told together where one of them ends the program', () => {
    const document = {
      session_timeout: -1,
      ports: [{ serial: { ...serial, baudrat: 1 }, servers: [{ ...tcp, port: 70000 }] }],
      http: [{ port: 'x' }],
      users: [{ login: 'a' }],
      tokens: [7],
    };
    expect(fatal(document).map((line) => line.split(':')[0])).toEqual([
      'session_timeout',
      'users[0].password',
      'tokens[0]',
      'ports[0].serial.baudrat',
      'ports[0].servers[0].port',
      'http[0].port',
    ]);
  });
});
