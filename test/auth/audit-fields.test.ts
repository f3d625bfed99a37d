import { afterEach, expect, it } from '@jest/globals';
import { closeClients, connectTcp } from '../support/client.js';
import { type Rest, restOf } from '../support/rest.js';
import { startServer, stopServers, tcp } from '../support/server.js';

afterEach(async () => {
  closeClients();
  await stopServers();
});

/** Every operation that the audit log tells of, in turn. */
async function everything(rest: Rest, client: string): Promise<void> {
  const entry = { name: 'other', serial: { port: 'loop://' }, servers: [tcp()] };
  const http = { name: 'second', address: '127.0.0.1', port: 0 };
  await rest.put('/api/ports/console/signals', { rts: false });
  await rest.post('/api/ports/0/break', { duration_ms: 1 });
  await rest.delete(`/api/ports/console/connections/0/${client}`);
  await rest.patch('/api/ports/0', { max_connections: 3 });
  await rest.post('/api/ports', entry);
  await rest.delete('/api/ports/other');
  await rest.post('/api/settings/http', http);
  await rest.put('/api/settings/http/1', { name: 'third' });
  await rest.delete('/api/settings/http/1');
  await rest.put('/api/settings', { session_timeout: 100 });
  const { body } = await rest.post('/api/users', { login: 'ann', password: 'long enough 1', admin: true });
  const as = { Authorization: `Bearer ${(body as { token: string }).token}` };
  const token = (await rest.post('/api/tokens', { name: 'script' }, as)).body as { id: string };
  await rest.put(`/api/tokens/${token.id}`, { admin: true }, as);
  await rest.delete(`/api/tokens/${token.id}`, as);
  await rest.post('/api/users', { login: 'bob', password: 'long enough 2' }, as);
  await rest.put('/api/users/bob', { session_timeout: 60 }, as);
  await rest.delete('/api/users/bob', as);
  await rest.post('/api/login', { login: 'ann', password: 'long enough 1' });
  await rest.post('/api/login', { login: 'ann', password: 'wrong' });
  await rest.post('/api/logout', {}, as);
}

it('a field means one thing in all of the log, audit lines included', async () => {
  const server = await startServer({
    ports: [{ name: 'console', serial: { port: 'loop://' }, servers: [tcp()] }],
    http: [{ name: 'main', address: '127.0.0.1', port: 0 }],
  });
  await connectTcp(server.tcpPort());
  await server.log.line(/ connected /);
  await everything(restOf(server.url()), server.server().connections[0]?.id ?? '');
  await server.log.line(/\[audit\] logout/);

  const audited = server.log.lines.flatMap((line) => /\[audit\] ([^:]+): /.exec(line)?.[1] ?? []);
  expect(audited).toEqual([
    'lines set',
    'break sent',
    'client disconnected',
    'port changed',
    'port added',
    'port removed',
    'http server added',
    'http server changed',
    'http server removed',
    'settings changed',
    'user added',
    'token added',
    'token changed',
    'token deleted',
    'user added',
    'user changed',
    'user deleted',
    'login',
    'login failed',
    'logout',
  ]);
  const types: Record<string, Set<string>> = {};
  for (const fields of server.log.fields)
    for (const [key, value] of Object.entries(fields))
      if (value !== undefined) (types[key] ??= new Set()).add(typeof value);
  expect(Object.entries(types).filter(([, found]) => found.size > 1)).toEqual([]);
  for (const key of ['port', 'server', 'address', 'connection', 'client', 'http'])
    expect([key, ...(types[key] ?? [])]).toEqual([key, 'string']);

  const linesOf = (key: string, value: string) =>
    server.log.lines.filter((_line, at) => server.log.fields[at]?.[key] === value).join('\n');
  const ofPort = linesOf('port', 'console');
  for (const what of [
    'listening on',
    ' connected ',
    'lines set',
    'break sent',
    'client disconnected',
    'port changed',
  ])
    expect(ofPort).toContain(what);
  expect(linesOf('http', 'third')).toMatch(/http server changed.*\n(.*\n)*.*http server removed/);
});
