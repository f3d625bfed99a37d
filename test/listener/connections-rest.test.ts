import { afterEach, describe, expect, it } from '@jest/globals';
import { closeClients, connectTcp } from '../support/client.js';
import { restOf } from '../support/rest.js';
import { startServer, stopServers, tcp } from '../support/server.js';

const HTTP = [{ address: '127.0.0.1', port: 0 }];
const config = {
  http: HTTP,
  ports: [{ serial: 'broken' }, { name: 'a', serial: { port: 'loop://' }, servers: [tcp(), tcp()] }],
};

afterEach(async () => {
  closeClients();
  await stopServers();
});

async function start() {
  const server = await startServer(config);
  const rest = restOf(server.url());
  const connect = async (index: number) => {
    const before = server.log.lines.filter((line) => / connected /.test(line)).length;
    const client = await connectTcp(server.tcpPort(1, index));
    await server.log.some(before + 1, / connected /);
    return client;
  };
  return { server, rest, connect };
}

describe('DELETE of a connection', () => {
  it('by its index disconnects that client, and no other', async () => {
    const { rest, connect } = await start();
    const [first, second, other] = [await connect(0), await connect(0), await connect(1)];
    expect(await rest.delete('/api/ports/1/connections/0/1')).toMatchObject({
      status: 200,
      body: { ok: true },
    });
    expect(await second.ended).toBe('end');
    first.socket.write('hi');
    expect([await first.got.text(2), await other.got.text(2)]).toEqual(['hi', 'hi']);
  });

  it('by its id means that client, wherever it stands by now, and nobody once it has gone', async () => {
    const { server, rest, connect } = await start();
    const [first, second] = [await connect(0), await connect(0)];
    const id = server.server(1).connections[1]?.id ?? '';
    expect(id).toMatch(/^c\d+$/);
    first.socket.destroy();
    await server.log.line(/disconnected/);
    expect((await rest.delete(`/api/ports/a/connections/0/${id}`)).status).toBe(200);
    expect(await second.ended).toBe('end');
    await server.log.some(2, /disconnected/);
    await connect(0);
    expect((await rest.delete(`/api/ports/a/connections/0/${id}`)).status).toBe(404);
    expect(await server.log.line(/audit\] client disconnected/)).toMatch(
      new RegExp(
        `port=a server=tcp address=\\S+ server_index=0 connection=${id} disconnected=127\\.0\\.0\\.1:\\d+$`,
      ),
    );
  });

  it('gives the client what it was sent before', async () => {
    const { rest, connect } = await start();
    const [client, other] = [await connect(0), await connect(1)];
    other.socket.write('last words');
    await other.got.text(10);
    await rest.delete('/api/ports/a/connections/0/0');
    expect((await client.got.rest()).toString()).toBe('last words');
  });

  it('that does not exist is 404, of whatever kind', async () => {
    const { server, rest, connect } = await start();
    const client = await connect(0);
    const id = server.server(1).connections[0]?.id;
    for (const path of [
      '0/0/0',
      '1/0/1',
      '1/1/0',
      `1/1/${id}`,
      '1/2/0',
      '1/x/0',
      '1/-1/0',
      '1/0/-1',
      '1/0/c0',
      '9/0/0',
      '1/0/__proto__',
      '1/length/0',
      '1/0/0.0',
    ])
      expect({
        path,
        status: (await rest.delete(`/api/ports/${path.replace('/', '/connections/')}`)).status,
      }).toEqual({
        path,
        status: 404,
      });
    client.socket.write('here');
    expect(await client.got.text(4)).toBe('here');
  });
});
