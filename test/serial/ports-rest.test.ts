import { afterEach, describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { closeClients, connectTcp } from '../support/client.js';
import { openapi } from '../support/openapi.js';
import { restOf, type Rest } from '../support/rest.js';
import { startServer, stopServers, tcp, type TestServer } from '../support/server.js';

const HTTP = [{ address: '127.0.0.1', port: 0 }];
const port = (name: string, more: object = {}) => ({
  name,
  serial: { port: 'loop://' },
  servers: [tcp()],
  ...more,
});

afterEach(async () => {
  closeClients();
  await stopServers();
});

async function start(ports: unknown[]): Promise<{ server: TestServer; rest: Rest }> {
  const server = await startServer({ http: HTTP, ports });
  return { server, rest: restOf(server.url()) };
}
const fileOf = async (server: TestServer) =>
  JSON.parse(await readFile(server.path, 'utf8')) as { ports: unknown[] };

describe('the ports over REST', () => {
  it('are listed and shown with all keys of the file, also those with mistakes', async () => {
    const ports = [port('a', { unknown: [1, null] }), { serial: 7 }];
    const { rest } = await start(ports);
    expect(await rest.get('/api/ports')).toMatchObject({ status: 200, body: ports });
    expect(await rest.get('/api/ports/0')).toMatchObject({ status: 200, body: ports[0] });
    expect(await rest.get('/api/ports/a')).toMatchObject({ status: 200, body: ports[0] });
    expect(await rest.get('/api/ports/1')).toMatchObject({ status: 200, body: ports[1] });
  });

  it('live their lives: added, used, replaced, patched, removed; each at once, and in the file', async () => {
    const { server, rest } = await start([]);
    expect(await rest.post('/api/ports', port('new'))).toMatchObject({
      status: 201,
      body: { ok: true, index: 0 },
    });
    const client = await connectTcp(server.tcpPort());
    client.socket.write('hello');
    expect(await client.got.text(5)).toBe('hello');
    expect(await rest.put('/api/ports/new', port('other'))).toMatchObject({
      status: 200,
      body: { ok: true },
    });
    expect(
      await rest.patch('/api/ports/other', { name: 'third', serial: { baudrate: 115200 } }),
    ).toMatchObject({
      status: 200,
      body: { ok: true },
    });
    client.socket.write('still');
    expect(await client.got.text(5)).toBe('still');
    const entry = { ...port('third'), serial: { port: 'loop://', baudrate: 115200 } };
    expect((await fileOf(server)).ports).toEqual([entry]);
    expect(await rest.delete('/api/ports/0')).toMatchObject({ status: 200, body: { ok: true } });
    expect(await client.ended).toBe('end');
    expect((await fileOf(server)).ports).toEqual([]);
  });

  it('are found by index first, and by a name that is a number where there is no such index', async () => {
    const { rest } = await start([port('1'), port('7'), port('0')]);
    const nameOf = async (key: string) =>
      ((await rest.get(`/api/ports/${key}`)).body as { name: string }).name;
    expect(await Promise.all(['0', '1', '2', '7'].map(nameOf))).toEqual(['1', '7', '0', '7']);
    for (const key of ['3', '-1', '00', '1.0', 'none', '%00', '__proto__', 'x'.repeat(5000)])
      expect({ key, status: (await rest.get(`/api/ports/${key}`)).status }).toEqual({ key, status: 404 });
  });

  it('are found by a name that has to be escaped in a URL', async () => {
    const { rest } = await start([port('rack 1/a?#ü')]);
    expect((await rest.get(`/api/ports/${encodeURIComponent('rack 1/a?#ü')}`)).status).toBe(200);
  });

  it('of which others are broken can be added to, and repaired one by one', async () => {
    const broken = { serial: { port: 'loop://', baudrat: 9600 }, servers: [tcp(), { protocol: 'teln' }] };
    const { server, rest } = await start([broken, 'not an object']);
    expect((await rest.post('/api/ports', port('new'))).body).toEqual({ ok: true, index: 2 });
    expect((await rest.put('/api/ports/1', port('b'))).status).toBe(200);
    expect((await rest.patch('/api/ports/0', { name: 'x' })).status).toBe(400);
    expect((await rest.patch('/api/ports/0', { serial: { baudrat: null } })).status).toBe(200);
    expect((await fileOf(server)).ports[0]).toEqual({ ...broken, serial: { port: 'loop://' } });
    const client = await connectTcp(server.tcpPort(0));
    client.socket.write('x');
    expect(await client.got.text(1)).toBe('x');
  });

  it('take what changes of them in a merge patch: null takes a key away, a list is replaced', async () => {
    const { server, rest } = await start([port('a', { max_connections: 5, 'kept by': { others: true } })]);
    const patch = { name: null, max_connections: 1, servers: [], 'kept by': { more: [1] } };
    expect(
      (await rest.patch('/api/ports/0', patch, { 'Content-Type': 'application/merge-patch+json' })).status,
    ).toBe(200);
    expect((await fileOf(server)).ports).toEqual([
      {
        serial: { port: 'loop://' },
        servers: [],
        max_connections: 1,
        'kept by': { others: true, more: [1] },
      },
    ]);
  });
});

describe('a mistake in a port over REST', () => {
  const BAD: [unknown, string][] = [
    [{}, 'serial'],
    [{ serial: null }, 'serial'],
    [{ serial: 'loop://' }, 'serial'],
    [{ serial: [] }, 'serial'],
    [{ serial: {} }, 'serial'],
    [{ serial: { port: 1 } }, 'serial.port'],
    [{ serial: { port: ['loop://'] } }, 'serial.port'],
    [{ serial: { port: 'loop://', baudrate: 'fast' } }, 'serial.baudrate'],
    [{ serial: { port: 'loop://', baudrate: {} } }, 'serial.baudrate'],
    [{ serial: { port: 'loop://', parity: 3 } }, 'serial.parity'],
    [{ serial: { port: 'loop://', baudrat: 1 } }, 'serial.baudrat'],
    [{ serial: { match: 'x' } }, 'serial.match'],
    [{ serial: { match: { vid: [] } } }, 'serial.match.vid'],
    [port('a', { name: 7 }), 'name'],
    [port('a', { name: {} }), 'name'],
    [port('a', { max_connections: '7' }), 'max_connections'],
    [port('a', { max_connections: 1.5 }), 'max_connections'],
    [port('a', { on_limit: true }), 'on_limit'],
    [port('a', { servers: {} }), 'servers'],
    [port('a', { servers: 'tcp' }), 'servers'],
    [port('a', { servers: [null] }), 'servers[0]'],
    [port('a', { servers: [tcp(), 'tcp'] }), 'servers[1]'],
    [port('a', { servers: [tcp({ protocol: 5 })] }), 'servers[0].protocol'],
    [port('a', { servers: [tcp(), tcp({ port: '70000' })] }), 'servers[1].port'],
    [port('a', { servers: [tcp({ address: 5 })] }), 'servers[0].address'],
    [port('a', { servers: [tcp({ allow: '10.0.0.1' })] }), 'servers[0].allow'],
    [port('a', { servers: [tcp({ control: [] })] }), 'servers[0].control'],
    [port('a', { servers: [tcp({ control: { rts: 'yes' } })] }), 'servers[0].control.rts'],
    [port('a', { servers: [tcp({ control: { signals: { rts: true } } })] }), 'servers[0].control.signals'],
    [port('a', { servers: [tcp({ data: false })] }), 'servers[0].data'],
    [
      port('a', { servers: [{ ...tcp(), protocol: 'ssl', ssl: { certfile: 1 } }] }),
      'servers[0].ssl.certfile',
    ],
  ];

  it.each(BAD)('is 400 and names its place in the body: %j', async (body, path) => {
    const { server, rest } = await start([port('old')]);
    const before = await readFile(server.path, 'utf8');
    for (const answer of [await rest.post('/api/ports', body), await rest.put('/api/ports/old', body)]) {
      expect(answer.status).toBe(400);
      const { error, issues } = answer.body as { error: string; issues: { path: string; message: string }[] };
      expect(issues[0]).toEqual({ path, message: expect.any(String) });
      expect(error.split('\n')[0]).toBe(`${path}: ${issues[0]?.message}`);
    }
    expect(await readFile(server.path, 'utf8')).toBe(before);
  });

  it.each([['[]'], ['"text"'], ['7'], ['null'], ['{"serial":']])('is 400 for a body of %s', async (body) => {
    const { rest } = await start([port('old')]);
    for (const method of ['POST', 'PUT', 'PATCH'] as const) {
      const path = method === 'POST' ? '/api/ports' : '/api/ports/0';
      expect(await rest.send(method, path, body)).toMatchObject({
        status: 400,
        body: { error: expect.any(String) },
      });
    }
  });

  it('is 400 without a body', async () => {
    const { rest } = await start([port('old')]);
    expect((await rest.send('POST', '/api/ports')).status).toBe(400);
    expect((await rest.send('PUT', '/api/ports/0')).status).toBe(400);
  });

  it('comes after the question whether there is such a port', async () => {
    const { rest } = await start([port('old')]);
    for (const [method, path] of [
      ['PUT', '/api/ports/9'],
      ['PATCH', '/api/ports/9'],
      ['PUT', '/api/ports/9/signals'],
      ['POST', '/api/ports/9/break'],
    ] as const)
      for (const body of ['{"serial":', '[]', '{"serial":7,"rts":"up","duration_ms":-1}'])
        expect({ method, path, status: (await rest.send(method, path, body)).status }).toEqual({
          method,
          path,
          status: 404,
        });
  });

  it('is a name or endpoint that another port has, unless it was so before', async () => {
    const ws = (endpoint: string) => ({ protocol: 'websocket', endpoint });
    const { rest } = await start([port('a', { servers: [ws('x')] }), port('twice'), port('twice')]);
    expect((await rest.post('/api/ports', port('a'))).body).toMatchObject({
      error: 'name: is taken by ports[0]',
      issues: [{ path: 'name', message: 'is taken by ports[0]' }],
    });
    expect((await rest.post('/api/ports', port('b', { servers: [tcp(), ws('x')] }))).body).toMatchObject({
      error: 'servers[1].endpoint: is taken by ports[0].servers[0]',
    });
    expect((await rest.patch('/api/ports/2', { servers: [ws('y'), ws('y')] })).body).toMatchObject({
      error: 'servers[1].endpoint: is taken by ports[2].servers[0]',
    });
    expect((await rest.patch('/api/ports/1', { name: 'a' })).status).toBe(400);
    expect((await rest.patch('/api/ports/1', { max_connections: 3 })).status).toBe(200);
    expect((await rest.patch('/api/ports/0', { name: 'a', servers: [ws('x'), tcp()] })).status).toBe(200);
    expect((await rest.patch('/api/ports/1', { servers: [ws('x')] })).status).toBe(400);
  });

  it('of an endpoint that a later port has is told where the body has it', async () => {
    const { rest } = await start([
      port('a'),
      port('b', { servers: [{ protocol: 'websocket', endpoint: 'x' }] }),
    ]);
    const answer = await rest.patch('/api/ports/0', { servers: [{ protocol: 'websocket', endpoint: 'x' }] });
    expect(answer).toMatchObject({ status: 400, body: { issues: [{ path: 'servers[0].endpoint' }] } });
  });

  it('that shows only when it is applied is told where the body has it', async () => {
    const { server, rest } = await start([port('a'), port('b')]);
    const ssl = { certfile: '/no/such.pem', keyfile: '/no/such.key' };
    const servers = [tcp(), tcp({ port: server.tcpPort() }), tcp({ protocol: 'ssl', ssl })];
    expect(await rest.patch('/api/ports/1', { servers })).toMatchObject({
      status: 409,
      body: {
        code: 'LISTEN_FAILED',
        issues: [
          { path: 'servers[1]', message: expect.stringContaining('another program or server has it') },
          { path: 'servers[2].ssl.certfile', message: expect.stringContaining('there is no such file') },
        ],
      },
    });
  });

  it('that is only in its certificate files is 400, as the document says', async () => {
    const { rest } = await start([port('a')]);
    const ssl = { certfile: '/no/such.pem', keyfile: '/no/such.key' };
    expect(await rest.patch('/api/ports/a', { servers: [tcp({ protocol: 'ssl', ssl })] })).toMatchObject({
      status: 400,
      body: {
        code: 'TLS_FILES_INVALID',
        issues: [{ path: 'servers[0].ssl.certfile', message: expect.stringContaining('no such file') }],
      },
    });
    const responses = openapi.paths['/api/ports/{port}']?.patch?.responses;
    expect(responses?.['400']?.description).toContain('certificate');
    expect(responses?.['409']?.description).not.toContain('certificate');
  });

  it('that shows only when it is applied is 409, and nothing has changed', async () => {
    const { server, rest } = await start([port('a'), port('b')]);
    const taken = { ...port('a'), servers: [tcp({ port: server.tcpPort(1) })] };
    const before = await readFile(server.path, 'utf8');
    const client = await connectTcp(server.tcpPort());
    client.socket.write('x');
    await client.got.take(1);
    expect(await rest.put('/api/ports/a', taken)).toMatchObject({
      status: 409,
      body: { code: 'LISTEN_FAILED', error: expect.stringContaining('another program or server has it') },
    });
    client.socket.write('y');
    expect(await client.got.text(1)).toBe('y');
    expect(await readFile(server.path, 'utf8')).toBe(before);
  });
});

describe('two admins at the same port', () => {
  it('cannot overwrite each other unknowingly: 412 for the second', async () => {
    const { rest } = await start([port('a')]);
    const { headers } = await rest.get('/api/ports/a');
    const tag = headers.get('etag') ?? '';
    expect(tag).toMatch(/^"[\w-]+"$/);
    const first = await rest.put('/api/ports/a', port('a', { max_connections: 1 }), { 'If-Match': tag });
    expect(first.status).toBe(200);
    const second = await rest.patch('/api/ports/a', { max_connections: 2 }, { 'If-Match': tag });
    expect(second).toMatchObject({ status: 412, body: { code: 'PRECONDITION_FAILED' } });
    expect((await rest.delete('/api/ports/a', { 'If-Match': tag })).status).toBe(412);
    const next = first.headers.get('etag') ?? '';
    expect((await rest.get('/api/ports/a')).headers.get('etag')).toBe(next);
    expect(
      (await rest.patch('/api/ports/a', { max_connections: 2 }, { 'If-Match': `"x", ${next}` })).status,
    ).toBe(200);
    expect((await rest.delete('/api/ports/a', { 'If-Match': '*' })).status).toBe(200);
  });

  it('are told when nothing has changed', async () => {
    const { rest } = await start([port('a')]);
    for (const path of ['/api/ports', '/api/ports/a']) {
      const { headers } = await rest.get(path);
      const tag = headers.get('etag') ?? '';
      const again = await rest.get(path, { 'If-None-Match': tag });
      expect([again.status, again.body, again.headers.get('etag')]).toEqual([304, undefined, tag]);
      expect((await rest.get(path, { 'If-None-Match': '"other"' })).status).toBe(200);
    }
  });

  it('without If-Match have all of twenty changes at once applied, in some order', async () => {
    const { server, rest } = await start([port('a', { log: {} })]);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => rest.patch('/api/ports/a', { log: { [`n${index}`]: index } })),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
    const [entry] = (await fileOf(server)).ports as { log: object }[];
    expect(Object.keys(entry?.log ?? {}).length).toBe(20);
  });

  it('with the same If-Match have one of twenty changes at once applied', async () => {
    const { server, rest } = await start([port('a')]);
    const tag = (await rest.get('/api/ports/a')).headers.get('etag') ?? '';
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, max_connections) =>
        rest.patch('/api/ports/a', { max_connections: max_connections + 1 }, { 'If-Match': tag }),
      ),
    );
    const accepted = answers.flatMap(({ status }, index) => (status === 200 ? index + 1 : []));
    expect(answers.filter(({ status }) => status === 412).length).toBe(19);
    expect((await fileOf(server)).ports).toEqual([port('a', { max_connections: accepted[0] })]);
  });
});

describe('the audit', () => {
  it('says who changed what and where, and never what stands there', async () => {
    const { server, rest } = await start([port('a')]);
    const servers = [tcp(), { protocol: 'websocket', endpoint: 'x', token: 'very-secret' }];
    await rest.patch('/api/ports/a', { serial: { baudrate: 115200 }, servers, name: 'b' });
    await rest.post('/api/ports', port('c'));
    await rest.delete('/api/ports/c');
    await rest.patch('/api/ports/none', {});
    expect(server.log.lines.filter((line) => line.startsWith('INFO [audit]'))).toEqual([
      expect.stringMatching(
        /port changed: .* from=\S+ port=b index=0 changed="name serial.baudrate servers"$/,
      ),
      expect.stringMatching(/port added: .* port=c index=1$/),
      expect.stringMatching(/port removed: .* port=c index=1$/),
    ]);
    expect(server.log.lines.join('\n')).not.toContain('very-secret');
  });
});
