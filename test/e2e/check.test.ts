import { afterEach, describe, expect, it } from '@jest/globals';
import { closeClients, connectTcp } from '../support/client.js';
import { configFile, endPrograms, Program } from '../support/program.js';

afterEach(async () => {
  closeClients();
  await endPrograms();
});

describe('--check', () => {
  it('says what would be served, in a line for each port, server and http entry, and no secret', async () => {
    const path = await configFile({
      ports: [
        {
          name: 'console',
          max_connections: 3,
          serial: { port: '/dev/none', baudrate: 115200, parity: 'EVEN', rtscts: true },
          servers: [
            { protocol: 'tcp', address: '::1', port: 10001, control: { rts: true }, data: false },
            {
              protocol: 'telnet',
              address: '0.0.0.0',
              port: 10002,
              allow: ['10.0.0.0/8'],
              max_connections: 1,
            },
            { protocol: 'socket', address: '/run/x.sock', mode: '660' },
            { protocol: 'websocket', endpoint: 'console', token: 'secret' },
          ],
        },
        { serial: { match: { vid: '0x0403', serial_number: 'A*' } } },
      ],
      http: [{ name: 'main', port: 8080, deny: ['10.0.0.1'] }],
      tokens: [{ token: 'secret', admin: true }],
      extra: 1,
    });
    expect(await new Program(['--check', '-c', path]).ended).toEqual({
      status: 0,
      stderr: '',
      stdout: [
        'port console: /dev/none, 115200 8E1, rtscts, at most 3 clients',
        '  tcp [::1]:10001, modem lines, no data',
        '  telnet 0.0.0.0:10002, from 10.0.0.0/8, at most 1 client',
        '  socket /run/x.sock, mode 660',
        '  websocket /ws/console',
        'port USB device with vid 0x0403, serial_number A*, 9600 8N1',
        'http main: http://127.0.0.1:8080, not from 10.0.0.1',
        'accounts: 0 users, 1 token',
        'note: extra: unknown setting (line 1, column 604)',
        'note: http[0].address: is not given, so only this machine is served (127.0.0.1); "0.0.0.0" serves others too (line 1, column 512)',
        'note: ports[0].serial: Cannot open /dev/none: there is no such device; is it plugged in? (line 1, column 49)',
        'note: ports[1].serial: No serial device matches vid 0x0403, serial_number A*: plug it in, or compare with what ser2tcp --usb lists (line 1, column 445)',
        '',
      ].join('\n'),
    });
  });

  it('shows the attributes that the device is found by, not a path beside them, and no TLS where there is none', async () => {
    const serial = { port: '/dev/ttyUSB0', match: { vid: '0x0403' } };
    const servers = [{ protocol: 'tcp', address: '127.0.0.1', port: 1, ssl: {} }];
    const path = await configFile({
      ports: [{ serial, servers }, { serial: { port: 'loop://', match: {} } }],
    });
    const { status, stdout, stderr } = await new Program(['--check', '-c', path]).ended;
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain('port USB device with vid 0x0403, 9600 8N1\n');
    expect(stdout).toContain('port loop://, 9600 8N1\n');
    expect(stdout).toContain('note: ports[0].serial.port: has no effect beside "match"');
  });

  it('names every mistake and its place, with status 2, and opens nothing', async () => {
    const path = await configFile(`{"ports": [
  {"serial": {"port": "loop://"}, "servers": [
    {"protocol": "tcp", "address": "127.0.0.1", "port": 1},
    {"protocol": "udp"}]},
  {"serial": {"baudrat": 1}, "servers": [{"protocol": "tcp", "address": "127.0.0.1", "port": 2}]}],
 "http": [{"address": "127.0.0.1", "port": 443, "ssl": {"certfile": "/nowhere.crt", "keyfile": "/nowhere.key"}}]}`);
    const { status, stdout, stderr } = await new Program(['--check', '-c', path]).ended;
    expect(status).toBe(2);
    expect(stdout.split('\n')).toEqual([
      'port loop://, 9600 8N1',
      '  tcp 127.0.0.1:1',
      '  ports[0].servers[1]: not served',
      'ports[1]: not served',
      '  ports[1].servers[0]: not served',
      'http: https://127.0.0.1:443, certificate /nowhere.crt',
      'accounts: none, so whoever gets in may do all',
      '',
    ]);
    expect(stderr.split('\n')).toEqual([
      'ser2tcp: ports[0].servers[1].protocol: must be one of tcp, telnet, ssl, websocket, socket (line 4, column 6)',
      'ser2tcp: ports[1].serial.baudrat: unknown setting (line 5, column 15)',
      'ser2tcp: ports[1].serial: needs "port", or "match" with at least one attribute (line 5, column 4)',
      'ser2tcp: http[0].ssl: Cannot use certfile /nowhere.crt: there is no such file (line 6, column 49)',
      '',
    ]);
  });

  it('names what stands in the way of another entry, and notes what may be meant so', async () => {
    const path = await configFile(`{"ports": [
  {"name": "a", "serial": {"port": "loop://"}, "servers": [
    {"protocol": "tcp", "address": "0.0.0.0", "port": 1},
    {"protocol": "telnet", "address": "127.0.0.1", "port": 1},
    {"protocol": "websocket", "endpoint": "x"}]},
  {"name": "a", "serial": {"port": "loop://"}}]}`);
    const { status, stdout, stderr } = await new Program(['--check', '-c', path]).ended;
    expect(status).toBe(2);
    expect(stdout.split('\n').filter((line) => line.startsWith('note: '))).toEqual([
      'note: ports[1].name: is that of ports[0] too, which is the one found by it (line 6, column 4)',
      'note: ports[0].servers[2]: cannot be reached: WebSockets come by an http entry, and none is served (line 5, column 5)',
    ]);
    expect(stderr).toBe(
      'ser2tcp: ports[0].servers[1].port: is taken by ports[0].servers[0] (line 4, column 52)\n',
    );
  });

  it.each<[string, string, string]>([
    ['no JSON', '{', 'ser2tcp: FILE is not JSON: close brace expected at line 1, column 2\n'],
    ['a mistake in users', '{"users": 1}', 'ser2tcp: users: must be a list in brackets (line 1, column 2)\n'],
    [
      'a mistake in tokens, and one in a port',
      '{"ports": [{}],\n "tokens": [1]}',
      'ser2tcp: tokens[0]: must be an object in braces (line 2, column 13)\n' +
        'ser2tcp: ports[0].serial: is missing; it must be an object in braces (line 1, column 12)\n',
    ],
  ])('%s: status 2', async (_what, text, stderr) => {
    const path = await configFile(text);
    const ended = await new Program(['--check', '-c', path]).ended;
    expect(ended).toEqual({ status: 2, stdout: '', stderr: stderr.replace('FILE', path) });
  });
});

describe('--log-format json', () => {
  const linesOf = (stderr: string) =>
    stderr
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);

  it('writes an object a line, with the port, server, address, connection and client', async () => {
    const path = await configFile({
      ports: [
        {
          name: 'a port',
          serial: { port: '/nowhere' },
          servers: [{ protocol: 'tcp', address: '127.0.0.1', port: 0, deny: ['127.0.0.1'] }],
        },
      ],
      http: [{ name: 'main', port: 0, deny: ['127.0.0.1'] }],
    });
    const program = new Program(['-v', '--log-format', 'json', '-c', path]);
    const [, http] = await program.said(/listening on http:\/\/127\.0\.0\.1:(\d+)"/);
    const [, port] = await program.said(/listening on 127\.0\.0\.1:(\d+)"/);
    await program.said(/serving /);
    await (
      await connectTcp(Number(port))
    ).ended;
    await (
      await connectTcp(Number(http))
    ).ended;
    await program.saidTimes(2, '"refused ');
    program.child.kill('SIGTERM');
    const lines = linesOf((await program.ended).stderr);
    const server = { context: 'a port tcp', port: 'a port', server: 'tcp', address: `127.0.0.1:${port}` };
    expect(lines).toContainEqual({
      time: expect.any(String),
      level: 'info',
      message: `listening on 127.0.0.1:${port}`,
      ...server,
    });
    const client = expect.stringMatching(/^127\.0\.0\.1:\d+$/);
    expect(lines.filter(({ message }) => String(message).startsWith('refused '))).toMatchObject([
      { level: 'warning', client, ...server },
      { level: 'warning', client, http: 'main', address: `127.0.0.1:${http}` },
    ]);
    expect(lines).toContainEqual(
      expect.objectContaining({
        level: 'warning',
        context: 'a port',
        port: 'a port',
        message: expect.stringMatching(/^Cannot open \/nowhere: .*; looking again every 5 s$/),
      }),
    );
  });

  it('is that of what ends the start, too', async () => {
    const path = await configFile({ users: [7], ports: [8] });
    const { status, stderr } = await new Program(['--log-format', 'json', '-c', path]).ended;
    expect(status).toBe(2);
    const [user, port] = ['users', 'ports'].map((key) => ({
      time: expect.any(String),
      level: 'fatal',
      context: 'ser2tcp',
      message: expect.stringMatching(`^${key}\\[0\\]: must be an object in braces \\(line 1, `),
    }));
    expect(linesOf(stderr)).toEqual([user, port]);
  });

  it('is one of two', async () => {
    const { status, stderr } = await new Program(['--log-format', 'xml']).ended;
    expect(status).toBe(2);
    expect(stderr).toContain('Allowed choices are text, json.');
  });
});
