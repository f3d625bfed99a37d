import { describe, expect, it } from '@jest/globals';
import { checkConfig } from '../../src/config/check.js';
import { entries } from '../../src/config/config.js';
import { issueText } from '../../src/config/issues.js';

const tcp = { protocol: 'tcp', address: '127.0.0.1', port: 10001 };
const ssl = { certfile: 'a.crt', keyfile: 'a.key' };

const withSerial = (serial: object) => ({ ports: [{ serial: { port: '/dev/ttyUSB0', ...serial } }] });
const serialOf = (serial: object) => checkConfig(withSerial(serial)).ports[0]?.value?.serial;
const serverOf = (server: object) =>
  checkConfig({ ports: [{ serial: { port: 'x' }, servers: [server] }] }).ports[0]?.servers[0]?.value;
const mistakes = (document: unknown) =>
  entries(checkConfig(document))
    .flatMap((entry) => entry.issues)
    .map((issue) => issueText(issue));
const notices = (document: unknown) => checkConfig(document).notices.map((issue) => issueText(issue));

describe('serial settings', () => {
  it.each<[string, unknown[], unknown]>([
    ['parity', ['NONE', 'None', 'none', 'N', 'n'], 'N'],
    ['parity', ['EVEN', 'even', 'E', 'e'], 'E'],
    ['parity', ['ODD', 'Odd', 'O', 'o'], 'O'],
    ['parity', ['MARK', 'mark', 'M', 'm'], 'M'],
    ['parity', ['SPACE', 'sPaCe', 'S', 's'], 'S'],
    ['stopbits', ['ONE', 'one', 1, 1.0, '1'], 1],
    ['stopbits', ['ONE_POINT_FIVE', 'one_point_five', 1.5, '1.5'], 1.5],
    ['stopbits', ['TWO', 'Two', 2, '2'], 2],
    ['bytesize', ['FIVEBITS', 'fivebits', 5, '5'], 5],
    ['bytesize', ['SIXBITS', 'SixBits', 6, '6'], 6],
    ['bytesize', ['SEVENBITS', 7], 7],
    ['bytesize', ['EIGHTBITS', 8], 8],
    ...['xonxoff', 'rtscts', 'dsrdtr', 'exclusive', 'hupcl'].flatMap(
      (flag): [string, unknown[], unknown][] => [
        [flag, [true, 1], true],
        [flag, [false, 0], false],
      ],
    ),
    ['baudrate', [1, '1'], 1],
    ['baudrate', [12_000_000], 12_000_000],
  ])('take for %s each of %j', (key, ways, value) => {
    for (const way of ways) expect(serialOf({ [key]: way })).toHaveProperty(key, value);
  });

  it.each([
    'port',
    'baudrate',
    'bytesize',
    'parity',
    'stopbits',
    'xonxoff',
    'rtscts',
    'dsrdtr',
    'exclusive',
    'hupcl',
  ])('take null for %s as if it were left out', (key) => {
    const match = { vid: '0x0403', pid: null };
    const given = checkConfig({ ports: [{ serial: { match, [key]: null } }] });
    expect(mistakes(given.document)).toEqual([]);
    expect(given.ports[0]?.value).toEqual(checkConfig({ ports: [{ serial: { match } }] }).ports[0]?.value);
  });

  it('find a device by every attribute that the document names, as text or number', () => {
    const match = { vid: '0x303A', pid: 16385, serial_number: 'dc*', manufacturer: '?', product: 'CP210*' };
    const more = { location: '1-1', description: 'x', hwid: 'USB*' };
    const { ports } = checkConfig({ ports: [{ serial: { match: { ...match, ...more } } }] });
    expect(ports[0]?.value?.serial.match).toEqual({ ...match, ...more });
  });

  it.each(['timeout', 'write_timeout', 'inter_byte_timeout', 'dsrdtr', 'writeTimeout', 'interCharTimeout'])(
    'accept %s, and tell that it has no effect',
    (key) => {
      const value = key === 'dsrdtr' ? true : 0;
      expect(notices(withSerial({ [key]: value }))).toEqual([`ports[0].serial.${key}: has no effect here`]);
      expect(notices(withSerial({ [key]: null }))).toEqual([]);
    },
  );
});

describe('servers', () => {
  it.each<[string, object]>([
    ['tcp', { ...tcp, allow: ['192.168.1.0/24', '10.0.0.5', '::1'], deny: [], max_connections: 5 }],
    ['tcp', { ...tcp, address: '', port: 0 }],
    [
      'tcp',
      { ...tcp, address: 'localhost', data: 0, control: { rts: 1, dtr: true, signals: ['cts', 'cd'] } },
    ],
    ['tcp', { ...tcp, address: '::', control: null, buffer_limit: null, send_timeout: 0.5 }],
    ['telnet', { ...tcp, protocol: 'TELNET', send_timeout: 5.0, buffer_limit: 65536, control: null }],
    ['ssl', { ...tcp, protocol: 'Ssl', ssl: { ...ssl, ca_certs: null }, control: { poll_interval: 1 } }],
    ['ssl', { ...tcp, protocol: 'ssl', ssl: { ...ssl, ca_certs: 'ca.crt' } }],
    ['socket', { protocol: 'socket', address: './ser2tcp.sock', mode: '660', owner: 'www-data', group: 0 }],
    ['websocket', { protocol: 'websocket', endpoint: 'my-device', token: 'x', allow: ['::/0'] }],
    ['websocket', { protocol: 'WebSocket', endpoint: 'lab/3', control: {} }],
    ['websocket', { protocol: 'websocket', endpoint: 'my device? #1' }],
    ['websocket', { protocol: 'websocket', endpoint: 'x'.repeat(200) }],
  ])('of protocol %s are accepted as %j', (protocol, server) => {
    expect(serverOf(server)).toMatchObject({ protocol });
  });

  it('have the defaults of the document', () => {
    expect(serverOf(tcp)).toMatchObject({
      data: true,
      send_timeout: 5,
      buffer_limit: null,
      max_connections: 0,
    });
    expect(serverOf({ ...tcp, control: { rts: false } })).toMatchObject({
      control: { rts: false, dtr: false, signals: [], poll_interval: 0.1 },
    });
  });
});

it.each([{}, false, null])('a control of %j is none, on telnet too', (control) => {
  for (const protocol of ['tcp', 'telnet']) {
    const ports = [{ serial: { port: 'loop://' }, servers: [{ ...tcp, protocol, control }] }];
    const config = checkConfig({ ports });
    expect(config.ports[0]?.servers[0]?.value).toMatchObject({ protocol });
    expect(config.ports[0]?.servers[0]?.value?.control).toBe(undefined);
    expect(config.document.ports).toEqual(ports);
  }
});

describe('what the Python program takes', () => {
  it('is taken for the same: limits of 0 and below for none, lines in capitals', () => {
    const limits = { buffer_limit: 0, max_connections: -1 };
    expect(serverOf({ ...tcp, ...limits, control: { signals: ['RTS', 'Cts'] } })).toMatchObject({
      buffer_limit: null,
      max_connections: -1,
      control: { signals: ['rts', 'cts'] },
    });
  });

  it('is served on port 8080 where an http entry has none, and on this machine alone where it has no address, with a warning', () => {
    const config = checkConfig({ http: [{}, { address: '' }] });
    expect(config.http.map(({ value }) => [value?.address, value?.port])).toEqual([
      ['127.0.0.1', 8080],
      ['', 8080],
    ]);
    expect(config.notices).toEqual([
      {
        path: 'http[0].address',
        message: 'is not given, so only this machine is served (127.0.0.1); "0.0.0.0" serves others too',
        warning: true,
      },
    ]);
  });
});

describe('an unknown key', () => {
  it('is kept without effect, and noticed', () => {
    const document = {
      version: 2,
      ports: [
        { serial: { port: 'x' }, colour: 1, servers: [{ ...tcp, endpoint: 'x', control: { baud: 1 } }] },
      ],
      http: [{ address: '::', port: 1, ssl: { ...ssl, ciphers: 'x' } }],
      users: [{ login: 'a', password: `sha256::${'0'.repeat(64)}`, mail: 'x' }],
      tokens: [{ token: 'x', constructor: 1 }],
    };
    const expected = ['http[0].ssl.ciphers', 'ports[0].colour', 'ports[0].servers[0].control.baud'];
    expected.push('ports[0].servers[0].endpoint', 'tokens[0].constructor', 'users[0].mail', 'version');
    expect(notices(document).sort()).toEqual(expected.map((path) => `${path}: unknown setting`));
    expect(mistakes(document)).toEqual([]);
    expect(checkConfig(document).document).toEqual(document);
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', '0', 'a.b', ''])(
    'of serial is a mistake, also %j',
    (key) => {
      const serial = JSON.parse(`{"port": "x", ${JSON.stringify(key)}: {}}`) as unknown;
      expect(mistakes({ ports: [{ serial }] })).toEqual([
        expect.stringMatching(/^ports\[0\]\.serial.*: unknown setting$/),
      ]);
    },
  );
});

it.each([
  ['with a space', true],
  ['größe', true],
  ['x'.repeat(1025), true],
  ['s!gn$-and+"quotes"', false],
  [`sha256:${'0'.repeat(64)}`, false],
])('tells of a token %j that no header can carry: %s', (token, told) => {
  const endpoint = { protocol: 'websocket', endpoint: 'x', token };
  const ports = [{ serial: { port: 'loop://' }, servers: [endpoint] }];
  const message: unknown = expect.stringMatching(
    /^(ports\[0\]\.servers|tokens)\[0\]\.token: works only as "\?token="/,
  );
  expect(notices({ ports, tokens: [{ token, admin: true }] })).toEqual(told ? [message, message] : []);
});

describe('what is left out', () => {
  it('may also be null', () => {
    const port = { name: null, max_connections: null, serial: { port: 'x' }, servers: null };
    const http = { name: null, address: null, port: 1, ssl: null, allow: null, deny: null };
    const token = { token: 'x', name: null, admin: null };
    const document = { ports: [port], http: [http], users: null, tokens: [token], session_timeout: null };
    const config = checkConfig(document);
    expect(mistakes(document)).toEqual([]);
    expect(config.ports[0]?.value).toMatchObject({ max_connections: 0 });
    expect(config.http[0]?.value).toMatchObject({ address: '127.0.0.1' });
    expect(config.tokens[0]).toMatchObject({ admin: false });
    expect(config.document).toEqual(document);
  });

  it.each([{}, { ports: null }])('makes an empty list of the ports in %j', (document) => {
    expect(checkConfig(document).document).toEqual({ ports: [] });
  });
});
