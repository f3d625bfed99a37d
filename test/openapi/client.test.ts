import { afterEach, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createClient } from '../../client/src/api/client/index.js';
import * as api from '../../client/src/api/index.js';
import { closeClients, connectTcp } from '../support/client.js';
import { describeWith } from '../support/needs.js';
import { closePtys, openPty } from '../support/pty.js';
import { Reader } from '../support/reader.js';
import { startServer, stopServers, tcp } from '../support/server.js';

const root = join(import.meta.dirname, '..', '..');

afterEach(async () => {
  closeClients();
  await stopServers();
  await closePtys();
});

describe('the generated client', () => {
  it('compiles under strict, with every check that could find fault with it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'ser2tcp-strict-'));
    const tsconfig = {
      compilerOptions: {
        target: 'ES2023',
        lib: ['ES2023', 'DOM', 'DOM.Iterable'],
        module: 'nodenext',
        moduleResolution: 'nodenext',
        types: [],
        strict: true,
        noEmit: true,
      },
      include: [join(root, 'client', 'src', 'api')],
    };
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(tsconfig));
    const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
    const { stdout } = await promisify(execFile)(process.execPath, [tsc, '-p', folder]);
    expect(stdout).toBe('');
    await rm(folder, { recursive: true });
  }, 60_000);
});

describeWith(['socat'], 'the generated client', () => {
  it('drives a life: log in, add a port, use it, kick its client, change and delete it, log out', async () => {
    const server = await startServer({ ports: [], http: [{ address: '127.0.0.1', port: 0 }] });
    const pty = await openPty();
    const client = createClient({ baseUrl: server.url(0) });
    const by = { client, throwOnError: true } as const;

    const first = await api.addUser({
      ...by,
      body: { login: 'admin', password: 'correct horse', admin: true },
    });
    expect(first.data.token).toEqual(expect.any(String));
    const session = await api.login({ ...by, body: { login: 'admin', password: 'correct horse' } });
    client.setConfig({ auth: session.data.token });

    const added = await api.addPort({
      ...by,
      body: {
        name: 'device',
        serial: { port: pty.path, baudrate: 115200 },
        servers: [tcp({ max_connections: 2 }) as api.TcpServer],
      },
    });
    expect(added.data).toEqual({ ok: true, index: 0 });

    const port = async () => {
      const { data } = await api.getStatus({ ...by, query: { port: 'device' } });
      return (data as api.OnePortStatus).port;
    };
    const { where } = (await port()).servers[0] ?? {};
    const tcpClient = await connectTcp(Number(where?.split(':').at(-1)));
    tcpClient.socket.write('hello');
    expect(String(await new Reader(pty.got).take(5))).toBe('hello');
    pty.send.write('world');
    expect(String(await tcpClient.got.take(5))).toBe('world');

    const [connection] = (await port()).servers[0]?.connections ?? [];
    expect(connection).toMatchObject({ bytes_in: 5, bytes_out: 5 });
    const kicked = await api.disconnectClient({
      ...by,
      path: { port: 'device', server: '0', connection: String(connection?.id) },
    });
    expect(kicked.data).toEqual({ ok: true });
    await tcpClient.ended;

    const { data: entry, response } = await api.getPort({ ...by, path: { port: 'device' } });
    if ('issues' in entry) throw new Error('The entry has mistakes');
    const headers = { 'If-Match': String(response.headers.get('ETag')) };
    const changed = await api.replacePort({
      ...by,
      path: { port: 'device' },
      headers,
      body: { ...entry, name: 'renamed' },
    });
    expect(changed.data).toEqual({ ok: true });
    const again = api.replacePort({ ...by, path: { port: 'renamed' }, headers, body: entry });
    await expect(again).rejects.toMatchObject({ code: 'PRECONDITION_FAILED' });

    expect((await api.removePort({ ...by, path: { port: 'renamed' } })).data).toEqual({ ok: true });
    expect((await api.getStatus(by)).data).toMatchObject({ ports: [], admin: true });
    expect((await api.logout(by)).data).toEqual({ ok: true });
    await expect(api.getStatus(by)).rejects.toMatchObject({ error: expect.any(String) });
  });
});
