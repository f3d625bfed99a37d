import { afterEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { rm, symlink } from 'node:fs/promises';
import { AddressInfo, createServer, Server } from 'node:net';
import { dirname, join } from 'node:path';
import { closeClients, connectTcp } from '../support/client.js';
import { describeWith } from '../support/needs.js';
import { configFile, endPrograms, Program } from '../support/program.js';
import { closePtys, openPty } from '../support/pty.js';
import { Reader } from '../support/reader.js';

const holders = new Set<Server>();
afterEach(async () => {
  closeClients();
  await endPrograms();
  await closePtys();
  for (const holder of holders) holder.close();
  holders.clear();
});

const loop = { serial: { port: 'loop://' } };
const tcp = (port = 0) => ({ protocol: 'tcp', address: '127.0.0.1', port });

/** A TCP port that another program has. */
async function holdPort(): Promise<{ port: number; free: () => void }> {
  const holder = createServer().listen(0, '127.0.0.1');
  holders.add(holder);
  await once(holder, 'listening');
  return { port: (holder.address() as AddressInfo).port, free: () => void holder.close() };
}

/** The messages of a level, without time. */
const messages = (stderr: string, level: string) =>
  stderr.split('\n').flatMap((line) => {
    const [, ofLevel, ...words] = line.split(' ');
    return ofLevel === level ? [words.join(' ')] : [];
  });

/** The TCP port on which the nth server of a program listens. */
async function nthPort(program: Program, nth: number): Promise<number> {
  await program.saidTimes(nth, 'listening on ');
  return Number([...program.stderr.matchAll(/listening on \S+:(\d+)\n/g)][nth - 1]?.[1]);
}

async function echoes(port: number): Promise<void> {
  const client = await connectTcp(port);
  client.socket.write('hello');
  expect(await client.got.text(5)).toBe('hello');
  client.socket.destroy();
}

describe('a mistake inside an entry', () => {
  it('takes out that entry alone; all are reported with path, line and column, and the rest serves', async () => {
    const text = `{"ports": [
  {"serial": {"port": "loop://"}, "servers": [
    {"protocol": "tcp", "address": "127.0.0.1", "port": 0},
    {"protocol": "tcp", "address": "127.0.0.1", "port": "10001", "send_timeout": 0},
    {"protocol": "carrier-pigeon"},
    "tcp"]},
  {"serial": {"port": "loop://", "parity": "X", "baudrat": 1}, "servers": [
    {"protocol": "tcp", "address": "127.0.0.1", "port": 0}]},
  {"name": "last", "serial": {"port": "loop://"}, "colour": "red", "servers": [
    {"protocol": "tcp", "address": "127.0.0.1", "port": 0, "data": false},
    {"protocol": "tcp", "address": "127.0.0.1", "port": 0}]}],
 "http": [{"address": "127.0.0.1", "port": "80"}]}`;
    const program = new Program(['-v', '-c', await configFile(text)]);
    await program.said(/serving /);
    await echoes(await nthPort(program, 1));
    await echoes(await nthPort(program, 2));
    const protocols = 'tcp, telnet, ssl, websocket, socket';
    expect(messages(program.stderr, 'ERROR').sort()).toEqual(
      [
        'ports[0].servers[1].send_timeout: must be a number of seconds above 0 (line 4, column 66)',
        'ports[0].servers[1].port: must be a TCP port, 0 to 65535 (line 4, column 49)',
        `ports[0].servers[2].protocol: must be one of ${protocols} (line 5, column 6)`,
        'ports[0].servers[3]: must be an object in braces (line 6, column 5)',
        'ports[1].serial.baudrat: unknown setting (line 7, column 49)',
        'ports[1].serial.parity: must be one of NONE, EVEN, ODD, MARK, SPACE, N, E, O, M, S (line 7, column 34)',
        'ports[2].servers[0].data: is false, so the server needs "control" (line 10, column 60)',
        'http[0].port: must be a TCP port, 0 to 65535 (line 12, column 36)',
      ]
        .map((sentence) => `[ser2tcp] ${sentence}; the entry is not served`)
        .sort(),
    );
    expect(messages(program.stderr, 'INFO')).toContain(
      '[ser2tcp] ports[2].colour: unknown setting (line 9, column 51)',
    );
    expect(program.stderr.split('listening on ').length - 1).toBe(2);
  });

  it('leaves nothing to serve, and the program waits for a signal', async () => {
    const program = new Program(['-v', '-c', await configFile({ ports: [5] })]);
    await program.said(
      /ports\[0\]: must be an object in braces \(line 1, column 11\); the entry is not served/,
    );
    await program.said(/serving /);
    program.child.kill('SIGTERM');
    expect((await program.ended).status).toBe(0);
  });
});

describe('a file that was written for the Python program', () => {
  /** The first example of its manual, word for word. */
  const EXAMPLE = `{
"ports": [
{
"serial": {
"port": "/dev/ttyUSB0",
"baudrate": 115200,
"parity": "NONE",
"stopbits": "ONE"
},
"servers": [
{
"address": "127.0.0.1",
"port": 10001,
"protocol": "tcp"
},
{
"address": "0.0.0.0",
"port": 10002,
"protocol": "telnet",
"send_timeout": 5.0,
"buffer_limit": 65536
}
]
}
]
}`;

  it.each([
    ['as it is', EXAMPLE],
    ['in its older form, a list', EXAMPLE.slice(EXAMPLE.indexOf('['), -1)],
  ])('is served %s', async (_how, text) => {
    const program = new Program(['-v', '-c', await configFile(text)]);
    await program.said(/serving /);
    for (const [protocol, address] of [
      ['tcp', '127.0.0.1:10001'],
      ['telnet', '0.0.0.0:10002'],
    ]) {
      // Somebody else may have these ports here.
      const outcome = await program.said(new RegExp(`/dev/ttyUSB0 ${protocol}\\] (.*${address}.*)`));
      expect(outcome[1]).toMatch(/^listening on |^Cannot listen on .*: another program or server has it/);
    }
    expect(program.stderr).not.toContain('not served');
  });
});

describeWith(['socat'], 'a file that was written for the Python program', () => {
  it('moves every byte with what that program takes for no control and no limit', async () => {
    const pty = await openPty();
    const server = `{"protocol": "TCP", "address": "127.0.0.1", "port": 0, "control": {}, "send_timeout": 5.0,
      "buffer_limit": 0, "max_connections": -1}`;
    const text = `[{"serial": {"port": "${pty.path}", "baudrate": 115200, "parity": "NONE", "stopbits": "ONE",
      "timeout": 0}, "servers": [${server}]}]`;
    const program = new Program(['-v', '-c', await configFile(text)]);
    const client = await connectTcp(await nthPort(program, 1));
    await program.said(/ connected /);
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    client.socket.write(bytes);
    expect(await new Reader(pty.got).take(256)).toEqual(bytes);
    pty.send.write(bytes);
    expect(await client.got.take(256)).toEqual(bytes);
    expect(program.stderr).not.toContain('not served');
  });
});

describe('an address that cannot be had', () => {
  it.each<[string, string]>([
    ['192.0.2.1', 'this machine does not have that address'],
    ['no-such-host.invalid', 'there is no such host name'],
  ])('is reported, and the rest serves: %s', async (address, reason) => {
    const servers = [{ ...tcp(), address }, tcp()];
    const program = new Program(['-v', '-c', await configFile({ ports: [{ ...loop, servers }] })]);
    await echoes(await nthPort(program, 1));
    const found = await program.said(/Cannot listen on \S+ .+/);
    expect(found[0]).toBe(`Cannot listen on ${address}:0: ${reason}; trying again every 5 s`);
  });
});

describeWith(['socat'], 'what is missing at the start', () => {
  it('is reported once, looked for every 5 s, and served when it is there', async () => {
    const { port, free } = await holdPort();
    const path = await configFile('');
    const tty = join(dirname(path), 'tty');
    const ports = [
      { ...loop, servers: [tcp(port), tcp()] },
      { serial: { port: tty }, servers: [tcp()] },
    ];
    const program = new Program(['-v', '-c', await configFile({ ports })]);
    await program.said(/serving /);
    expect(messages(program.stderr, 'ERROR')).toEqual([
      `[loop:// tcp 127.0.0.1:${port}] Cannot listen on 127.0.0.1:${port}: another program or server has it; trying again every 5 s`,
    ]);
    const absent = `Cannot open ${tty}: there is no such device; is it plugged in?`;
    expect(messages(program.stderr, 'WARNING')).toEqual([`[${tty}] ${absent}; looking again every 5 s`]);

    const tcpPorts = [await nthPort(program, 1), await nthPort(program, 2)];
    // Which of the two listened first is not told by the number alone.
    const ofLoop = Number(/\[loop:\/\/ tcp \S+\] listening on \S+:(\d+)\n/.exec(program.stderr)?.[1]);
    const ofTty = tcpPorts.find((other) => other !== ofLoop) as number;
    await echoes(ofLoop);
    const refused = await connectTcp(ofTty);
    await refused.ended;
    expect((await program.said(/refused \S+ .+/))[0]).toMatch(`: ${absent}`);

    const pty = await openPty();
    await symlink(pty.path, tty);
    const client = await connectTcp(ofTty);
    await program.said(/\/tty tcp c\d+\] connected /);
    pty.send.write('from the device');
    expect(await client.got.text(15)).toBe('from the device');
    client.socket.destroy();
    await program.said(/\/tty\] the device is there\n/);
    expect(messages(program.stderr, 'WARNING').filter((line) => line.startsWith(`[${tty}] `))).toHaveLength(
      1,
    );

    await rm(tty);
    await program.saidTimes(2, 'looking again');
    // That is two looks after the start, so that the taken port was tried again in between.
    const freed = performance.now();
    free();
    await program.said(new RegExp(`listening on 127\\.0\\.0\\.1:${port}\\n`));
    expect(performance.now() - freed).toBeLessThan(6500);
    await echoes(port);
    expect(program.stderr.split('Cannot listen').length - 1).toBe(1);
  }, 40_000);
});

/** Up to the line that comes last at the start: an address that another program has. */
async function levels(...options: string[]): Promise<Set<string>> {
  const { port } = await holdPort();
  const ports = [
    { ...loop, servers: [tcp(), tcp(port)] },
    { serial: { port: '/dev/absent' }, servers: [] },
  ];
  const program = new Program([...options, '-c', await configFile({ ports, unknown: 1 })]);
  await program.said(/Cannot listen on /);
  if (options.length > 0) {
    const client = await connectTcp(await nthPort(program, 1));
    await program.said(/ connected /);
    client.socket.resetAndDestroy();
    await program.said(/ (closed|left|disconnected) | ECONNRESET|closed loop/);
  }
  program.child.kill('SIGTERM');
  const { stderr } = await program.ended;
  return new Set(
    stderr
      .trim()
      .split('\n')
      .map((line) => line.split(' ')[1] ?? ''),
  );
}

describe('the log', () => {
  it.each<[string[], string[]]>([
    [[], ['ERROR', 'WARNING']],
    [['-v'], ['ERROR', 'INFO', 'WARNING']],
    [['-vv'], ['DEBUG', 'ERROR', 'INFO', 'WARNING']],
    [
      ['-v', '--verbose', '-v'],
      ['DEBUG', 'ERROR', 'INFO', 'WARNING'],
    ],
  ])('has with %j lines of %j', async (options, expected) => {
    expect([...(await levels(...options))].sort()).toEqual(expected);
  });
});
