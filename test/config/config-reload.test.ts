import { afterEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { dirname, join } from 'node:path';
import type { ConfigDocument } from '../../src/config/config.js';
import { ConfigFile } from '../../src/config/config-file.js';
import { ConfigReload } from '../../src/config/config-reload.js';
import { closeClients, connectTcp } from '../support/client.js';
import { freePort } from '../support/free-port.js';
import { restOf } from '../support/rest.js';
import { startServer, stopServers, tcp, TestServer } from '../support/server.js';

afterEach(async () => {
  closeClients();
  await stopServers();
});

const port = (name: string, more: object = {}) => ({
  name,
  serial: { port: 'loop://', ...more },
  servers: [tcp()],
});
const onPort = (name: string, at: number) => ({ ...port(name), servers: [tcp({ port: at })] });
const names = (server: TestServer) => server.config.current.ports.map(({ value }) => value?.name ?? 'broken');
const written = async (server: TestServer) =>
  JSON.parse(await readFile(server.path, 'utf8')) as ConfigDocument;

describe('a file that is edited while the program runs', () => {
  it.each<[string, (path: string, text: string) => Promise<unknown>]>([
    ['is written in its place', (path, text) => writeFile(path, text)],
    [
      'takes the place of the old one',
      async (path, text) => {
        await writeFile(`${path}.new`, text);
        await rename(`${path}.new`, path);
      },
    ],
    [
      'is gone for a moment, as some editors have it',
      async (path, text) => {
        await rename(path, `${path}~`);
        await writeFile(path, text);
      },
    ],
    [
      'is reached through another link',
      async (path, text) => {
        const real = join(dirname(path), 'real');
        await mkdir(real);
        await writeFile(join(real, 'config.json'), text);
        await rm(path);
        await symlink('real/config.json', path);
      },
    ],
  ])('is taken in when it %s; clients of what is the same stay', async (_how, edit) => {
    const server = await startServer({ ports: [port('kept'), port('old')] });
    const client = await connectTcp(server.tcpPort());
    const text = JSON.stringify({ ports: [port('new', { baudrate: 300 }), port('kept')] });
    await edit(server.path, text);
    await server.log.line(/INFO \[configuration\] \S+config\.json was edited and is in use/);
    expect(names(server)).toEqual(['new', 'kept']);
    // It is the user's: not a byte of it is written again.
    expect(await readFile(server.path, 'utf8')).toBe(text);
    client.socket.write('still here');
    expect(await client.got.text(10)).toBe('still here');
  });

  it.each([null, 5, 'text', [[]]])(
    'is taken in, and changed by REST, also where %j stands among its entries',
    async (odd) => {
      const http = { address: '127.0.0.1', port: 0 };
      const entries = (baudrate: number) => ({
        ports: [odd, { ...port('kept', { baudrate }), servers: [odd, tcp()] }, odd],
        http: [odd, http],
      });
      const server = await startServer(entries(9600));
      const client = await connectTcp(server.tcpPort(1, 1));
      await writeFile(server.path, JSON.stringify(entries(300)));
      await server.log.line(/INFO \[configuration\] \S+config\.json was edited and is in use/);
      const rest = restOf(server.url(1));
      expect((await rest.patch('/api/ports/kept', { serial: { baudrate: 600 } })).status).toBe(200);
      expect((await rest.put('/api/settings', { session_timeout: 60 })).status).toBe(200);
      expect((await rest.get('/api/settings')).status).toBe(200);
      expect((await rest.get('/api/status')).body).toMatchObject({
        ports: [{ state: 'error' }, { name: 'kept', serial: { baudrate: 600 } }, { state: 'error' }],
      });
      expect(await written(server)).toEqual({ ...entries(600), session_timeout: 60 });
      client.socket.write('still here');
      expect(await client.got.text(10)).toBe('still here');
    },
  );

  it.each<[string, string, string[]]>([
    ['is not JSON', '{\n  "ports": [,]\n}', ['is not JSON: value expected at line 2, column 13']],
    [
      'has mistakes in entries',
      '{"ports": [{"serial": {"port": "x", "baudrat": 1}},\n {"name": 7, "serial": {"port": "y"}}]}',
      [
        'ports[0].serial.baudrat: unknown setting (line 1, column 37)',
        'ports[1].name: must be a text of at most 200 characters (line 2, column 3)',
      ],
    ],
    [
      'has a mistake in users',
      '{"users": [7]}',
      ['users[0]: must be an object in braces (line 1, column 12)'],
    ],
  ])('changes nothing when it %s, and every mistake is told', async (_what, text, mistakes) => {
    const server = await startServer({ ports: [port('kept')] });
    const client = await connectTcp(server.tcpPort());
    await writeFile(server.path, text);
    await server.log.line(
      /ERROR \[configuration\] \S+config\.json was edited and is not used: .+; what ran before runs on$/,
    );
    const told = server.log.lines.filter((line) => line.includes(' is not used: ')).join('\n');
    for (const mistake of mistakes) expect(told).toContain(mistake);
    expect(told.split('\n')).toHaveLength(mistakes.length);
    expect(names(server)).toEqual(['kept']);
    client.socket.write('still here');
    expect(await client.got.text(10)).toBe('still here');
  });

  it('may keep the mistakes that it had', async () => {
    const broken = { serial: { port: 'x', parity: 'X' } };
    const server = await startServer({ ports: [broken] });
    await writeFile(server.path, JSON.stringify({ ports: [broken, port('new')] }));
    await server.log.line(/was edited and is in use/);
    expect(names(server)).toEqual(['broken', 'new']);
  });

  it('changes nothing when one of its servers cannot listen', async () => {
    const server = await startServer({ ports: [port('kept'), port('old')] });
    const taken = server.tcpPort();
    const ports = [port('kept'), { ...port('new'), servers: [tcp({ port: taken })] }];
    await writeFile(server.path, JSON.stringify({ ports }));
    await server.log.line(
      /is not used: ports\[1\]\.servers\[0\]: Cannot listen on \S+: another program or server has it \(line 1, /,
    );
    expect(names(server)).toEqual(['kept', 'old']);
    const client = await connectTcp(server.tcpPort(1));
    client.socket.write('x');
    expect(await client.got.text(1)).toBe('x');
  });

  it('names every server and http entry that cannot listen, with its place', async () => {
    const server = await startServer({ ports: [port('kept')] });
    const at = server.tcpPort();
    const taken = { address: '127.0.0.1', port: at };
    const text = `{"ports": [${JSON.stringify(port('kept'))},
      {"serial": {"port": "loop://"}, "servers": [
        ${JSON.stringify(tcp(taken))}, ${JSON.stringify(tcp())},
        {"protocol": "telnet", "address": "192.0.2.1", "port": ${at}}]}],
      "http": [${JSON.stringify(taken)}]}`;
    await writeFile(server.path, text);
    const told = await server.log.some(3, / is not used: /);
    expect(told.map((line) => line.replace(/^.* is not used: /, ''))).toEqual([
      expect.stringMatching(/^ports\[1\]\.servers\[0\]: Cannot listen .* \(line 3, column 9\); /),
      expect.stringMatching(/^ports\[1\]\.servers\[2\]: Cannot listen .* \(line 4, column 9\); /),
      expect.stringMatching(/^http\[0\]: Cannot listen .* \(line 5, column 16\); /),
    ]);
    expect(names(server)).toEqual(['kept']);
  });

  it('is taken in as soon as the address is free that it needs', async () => {
    const server = await startServer({ ports: [port('kept')] });
    const client = await connectTcp(server.tcpPort());
    const other = createServer().listen(await freePort(), '127.0.0.1');
    await once(other, 'listening');
    const at = (other.address() as AddressInfo).port;
    const ports = [port('kept'), { ...port('new'), servers: [tcp({ port: at })] }];
    await writeFile(server.path, JSON.stringify({ ports }));
    await server.log.line(/ is not used: .*what ran before runs on, and this is tried again every 5 s$/);
    other.close();
    await server.log.line(/was edited and is in use/);
    expect(server.tcpPort(1)).toBe(at);
    expect(server.log.lines.filter((line) => line.includes(' is not used'))).toHaveLength(1);
    client.socket.write('still here');
    expect(await client.got.text(10)).toBe('still here');
  }, 20_000);

  it.each<[string, (at: number) => { before: object; after: object; clash: string }]>([
    [
      'two new servers want',
      (at) => ({
        before: { ports: [port('kept')] },
        after: { ports: [port('kept'), onPort('a', at), onPort('b', at)] },
        clash: 'ports[2].servers[0].port: is that of ports[1].servers[0] too',
      }),
    ],
    [
      'a new server and a new http entry want',
      (at) => ({
        before: { ports: [port('kept')] },
        after: { ports: [port('kept'), onPort('a', at)], http: [{ address: '127.0.0.1', port: at }] },
        clash: 'http[0].port: is that of ports[1].servers[0] too',
      }),
    ],
    [
      'a server has that stays',
      (at) => ({
        before: { ports: [onPort('kept', at)] },
        after: { ports: [onPort('new', at), onPort('kept', at)] },
        clash: 'ports[0].servers[0].port: is that of ports[1].servers[0] too',
      }),
    ],
    [
      'an http entry has that moves away',
      (at) => ({
        before: { ports: [port('kept')], http: [{ address: '127.0.0.1', port: at }] },
        after: { ports: [port('kept'), onPort('new', at)], http: [{ address: '127.0.0.1', port: 0 }] },
        clash: 'ports[1].servers[0].port: is free only after http[0] was moved by an edit of its own',
      }),
    ],
  ])('is refused and not tried again for an address that %s', async (_whose, make) => {
    const { before, after, clash } = make(await freePort());
    const server = await startServer(before);
    await writeFile(server.path, JSON.stringify(after));
    const line = await server.log.line(/ is not used: /);
    expect(line).toContain(`; ${clash}; what ran before runs on, until another edit`);
    expect(names(server)).toEqual(['kept']);
  });

  it('is refused for an address that two entries call by different names', async () => {
    const at = await freePort();
    const server = await startServer({ ports: [port('kept')] });
    const ports = [
      port('kept'),
      onPort('a', at),
      { ...port('b'), servers: [tcp({ address: 'localhost', port: at })] },
    ];
    await writeFile(server.path, JSON.stringify({ ports }));
    await server.log.line(/ is not used: .*; what ran before runs on, until SIGHUP or another edit$/);
    expect(names(server)).toEqual(['kept']);
  });

  it('is not waited for any more when a change took it in', async () => {
    const server = await startServer({ ports: [port('kept')] });
    const other = createServer().listen(await freePort(), '127.0.0.1');
    await once(other, 'listening');
    const { port: at } = other.address() as AddressInfo;
    await writeFile(server.path, JSON.stringify({ ports: [port('kept'), onPort('new', at)] }));
    await server.log.line(/ is not used: .*; what ran before runs on, and this is tried again every 5 s$/);
    other.close();
    await server.config.change(() => {});
    expect(names(server)).toEqual(['kept', 'new']);
    const file = server.get(ConfigFile);
    const readEdited = file.readEdited.bind(file);
    await new Promise<void>((looked) => {
      file.readEdited = async () => {
        const read = await readEdited();
        looked();
        return read;
      };
    });
    file.readEdited = readEdited;
    await server.get(ConfigReload).now();
    expect(server.log.lines.filter((line) => line.includes('is what runs again'))).toEqual([]);
  }, 20_000);

  it('says so when it is what runs again', async () => {
    const server = await startServer({ ports: [port('kept')] });
    const text = await readFile(server.path, 'utf8');
    await writeFile(server.path, '{');
    await server.log.line(/is not used/);
    await writeFile(server.path, text);
    await server.log.line(/^INFO \[configuration\] \S+config\.json is what runs again$/);
  });

  it.each<[string, (path: string) => Promise<string>]>([
    [
      'was removed and made again',
      async (path) => {
        await rm(dirname(path), { recursive: true });
        await mkdir(dirname(path));
        return path;
      },
    ],
    [
      'is that of what a link points to',
      async (path) => {
        const real = join(dirname(path), 'real', 'config.json');
        await mkdir(dirname(real));
        await rename(path, real);
        await symlink('real/config.json', path);
        return real;
      },
    ],
  ])('is noticed at once, in a folder that %s', async (_what, prepare) => {
    const server = await startServer({ ports: [port('old')] });
    const edited = await prepare(server.path);
    await writeFile(edited, JSON.stringify({ ports: [port('a')] }));
    await server.log.line(/was edited and is in use/);
    // The machine may be busy with something else for a second, but not each time.
    const took: number[] = [];
    for (const edit of [2, 3, 4]) {
      const since = performance.now();
      await writeFile(edited, JSON.stringify({ ports: [port(`edit ${edit}`)] }));
      await server.log.some(edit, /was edited and is in use/);
      took.push(performance.now() - since);
    }
    expect(Math.min(...took)).toBeLessThan(1000);
  });

  it('is not what the program writes itself', async () => {
    const server = await startServer({ ports: [] });
    await server.config.change((draft) => void draft.ports.push(port('by the API')));
    await writeFile(server.path, JSON.stringify({ ports: [port('by hand')] }));
    await server.log.line(/was edited and is in use/);
    expect(server.log.lines.filter((line) => line.includes('was edited'))).toHaveLength(1);
    expect(names(server)).toEqual(['by hand']);
  });
});

describe('a change while the file was edited by hand', () => {
  it('comes on top of that', async () => {
    const server = await startServer({ ports: [port('old')] });
    await writeFile(server.path, JSON.stringify({ note: 'by hand', ports: [port('old'), port('by hand')] }));
    await server.config.change((draft) => void draft.ports.push(port('by the API')));
    expect(names(server)).toEqual(['old', 'by hand', 'by the API']);
    expect(await written(server)).toEqual({
      note: 'by hand',
      ports: [port('old'), port('by hand'), port('by the API')],
    });
  });

  it('is refused as long as what was written has mistakes, and overwrites nothing', async () => {
    const server = await startServer({ ports: [port('old')] });
    const text = '{"ports": [{}]}';
    await writeFile(server.path, text);
    const add = () => server.config.change((draft) => void draft.ports.push(port('by the API')));
    await expect(add()).rejects.toMatchObject({ status: 409, code: 'CONFIG_EDITED' });
    await expect(add()).rejects.toThrow(
      /^The change was not made, since \S+ was edited by hand; mend the file or put it back first\. .*\nports\[0\]\.serial: is missing.* \(line 1, column 12\)$/,
    );
    expect(await readFile(server.path, 'utf8')).toBe(text);
    expect(names(server)).toEqual(['old']);
    await writeFile(server.path, JSON.stringify({ ports: [] }));
    await add();
    expect(await written(server)).toEqual({ ports: [port('by the API')] });
  });

  it('is refused when that happens at the last moment', async () => {
    const server = await startServer({ ports: [] });
    const text = JSON.stringify({ ports: [port('by hand')] });
    server.config.register({
      apply: async () => {
        await writeFile(server.path, text);
        return { undo: () => Promise.resolve(), settle: () => Promise.resolve() };
      },
    });
    await expect(server.config.change((draft) => void draft.ports.push(port('late')))).rejects.toThrow(
      /^The change was not made, since \S+ was edited by hand; try again$/,
    );
    expect(await readFile(server.path, 'utf8')).toBe(text);
  });

  it('makes the file again when it is gone', async () => {
    const server = await startServer({ ports: [] });
    await rm(server.path);
    await server.config.change((draft) => void draft.ports.push(port('new')));
    expect(await written(server)).toEqual({ ports: [port('new')] });
  });
});
