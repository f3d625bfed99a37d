import { afterEach, describe, expect, it } from '@jest/globals';
import { closeClients, connectTcp } from '../support/client.js';
import { FakeDevice } from '../support/fake-device.js';
import { describeWith } from '../support/needs.js';
import { closePtys, openPty } from '../support/pty.js';
import { restOf } from '../support/rest.js';
import { startServer, stopServers, tcp } from '../support/server.js';

const config = (device: string) => ({
  http: [{ address: '127.0.0.1', port: 0 }],
  ports: [{ name: 'a', serial: { port: device }, servers: [tcp()] }],
});

afterEach(async () => {
  closeClients();
  await stopServers();
  await closePtys();
});

/** A port that a client has opened. */
async function open() {
  const device = new FakeDevice();
  const server = await startServer(config('loop://'), () => Promise.resolve(device));
  const client = await connectTcp(server.tcpPort());
  await server.log.line(/ connected /);
  return { server, device, client, rest: restOf(server.url()) };
}

describe('PUT of the signals of a port', () => {
  it('sets both lines in one step, or the one that is named', async () => {
    const { device, rest, server } = await open();
    for (const body of [{ rts: false, dtr: false }, { dtr: true }, { rts: 1, dtr: null }])
      expect(await rest.put('/api/ports/a/signals', body)).toMatchObject({ status: 200, body: { ok: true } });
    expect(device.calls).toEqual([
      'lines {"rts":false,"dtr":false}',
      'lines {"dtr":true}',
      'lines {"rts":true}',
    ]);
    expect(await server.log.line(/lines set/)).toMatch(/ port=a rts=false dtr=false$/);
  });

  it('that names none changes nothing', async () => {
    const { device, rest } = await open();
    expect((await rest.put('/api/ports/a/signals', {})).status).toBe(200);
    expect(device.calls).toEqual([]);
  });

  it.each([[{ rts: 'up' }], [{ dtr: 2 }], [{ rts: [] }], [{ rts: {} }]])('is 400 for %j', async (body) => {
    const { rest } = await open();
    expect(await rest.put('/api/ports/a/signals', body)).toMatchObject({
      status: 400,
      body: { issues: [{ path: Object.keys(body)[0], message: 'must be true or false' }] },
    });
  });

  it('is 400 while the port is closed', async () => {
    const server = await startServer(config('loop://'));
    const rest = restOf(server.url());
    expect(await rest.put('/api/ports/a/signals', { rts: true })).toMatchObject({
      status: 400,
      body: { code: 'PORT_CLOSED', error: 'Port a is closed; it is opened for its first client' },
    });
  });
});

describe('POST of a break', () => {
  it('is answered when the break is over, which keeps its place among the data', async () => {
    const { device, rest, client } = await open();
    device.blocked = true;
    client.socket.write('before');
    const sent = rest.post('/api/ports/a/break', { duration_ms: 1 });
    setTimeout(() => device.unblock(), 50);
    expect(await sent).toMatchObject({ status: 200, body: { ok: true } });
    expect(device.calls).toEqual(['write before', 'break on', 'break off']);
  });

  it.each([
    [{}],
    [{ duration_ms: 0 }],
    [{ duration_ms: 5001 }],
    [{ duration_ms: 1.5 }],
    [{ duration_ms: '9' }],
  ])('is 400 for %j', async (body) => {
    const { rest, device } = await open();
    expect(await rest.post('/api/ports/a/break', body)).toMatchObject({
      status: 400,
      body: { issues: [{ path: 'duration_ms' }] },
    });
    expect(device.calls).toEqual([]);
  });

  it('is 400 while the port is closed', async () => {
    const rest = restOf((await startServer(config('loop://'))).url());
    expect((await rest.post('/api/ports/a/break', { duration_ms: 1 })).status).toBe(400);
  });
});

describeWith(['socat'], 'a device without lines', () => {
  it('refuses them with 409, and serves on', async () => {
    const pty = await openPty();
    const server = await startServer(config(pty.path));
    const rest = restOf(server.url());
    const client = await connectTcp(server.tcpPort());
    await server.log.line(/ connected /);
    for (let round = 0; round < 2; round++)
      expect(await rest.put('/api/ports/a/signals', { rts: true })).toMatchObject({
        status: 409,
        body: { code: 'LINES_REFUSED' },
      });
    pty.send.write('still here');
    expect(await client.got.text(10)).toBe('still here');
  });
});
