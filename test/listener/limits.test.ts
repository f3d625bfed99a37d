import { afterEach, describe, expect, it } from '@jest/globals';
import { closeClients, connectTcp } from '../support/client.js';
import { FakeDevice } from '../support/fake-device.js';
import { startServer, stopServers, tcp } from '../support/server.js';

const loop = (servers: object[], more: object = {}) => ({
  ports: [{ name: 'p', serial: { port: 'loop://' }, servers, ...more }],
});

/** Whether a client is let in: it then gets back what it sends. */
async function letIn(port: number, from: string): Promise<boolean> {
  const client = await connectTcp(port, from === '::1' ? '::1' : '127.0.0.1', from);
  client.socket.write('?');
  const answer = await Promise.race([client.got.text(1), client.ended]);
  client.socket.destroy();
  return answer === '?';
}

afterEach(async () => {
  closeClients();
  await stopServers();
});

describe('a filter', () => {
  it.each<[string, object, string[]]>([
    ['nothing', {}, ['127.0.0.1', '127.0.0.2', '::1']],
    ['deny of one address', { deny: ['127.0.0.2'] }, ['127.0.0.1', '::1']],
    ['allow of one address', { allow: ['127.0.0.2'] }, ['127.0.0.2']],
    ['allow of a network', { allow: ['127.0.0.0/8'] }, ['127.0.0.1', '127.0.0.2']],
    ['deny before allow', { allow: ['127.0.0.0/8'], deny: ['127.0.0.1'] }, ['127.0.0.2']],
    ['IPv6', { allow: ['::1/128'] }, ['::1']],
    ['an IPv4-mapped entry', { deny: ['::ffff:127.0.0.1'] }, ['127.0.0.2', '::1']],
    ['deny of all IPv4', { deny: ['0.0.0.0/0'] }, ['::1']],
  ])('with %s lets in whom it should', async (_, filter, allowed) => {
    const server = await startServer(loop([tcp({ address: '::', ...filter })]));
    const seen: string[] = [];
    for (const from of ['127.0.0.1', '127.0.0.2', '::1'])
      if (await letIn(server.tcpPort(), from)) seen.push(from);
    expect(seen).toEqual(allowed);
  });

  it('with an entry that is no address keeps the server from starting, and names the entry', async () => {
    const server = await startServer(loop([tcp({ allow: ['10.0.0.0/33'] }), tcp()]));
    expect(server.config.current.ports[0]?.servers[0]?.issues[0]).toMatchObject({
      path: expect.stringMatching(/^ports\[0\]\.servers\[0\]\.allow/),
    });
    expect(await letIn(server.tcpPort(0, 1), '127.0.0.1')).toBe(true);
  });

  it('logs a refused address once a minute, each client with -vv, and how many there were', async () => {
    const server = await startServer(loop([tcp({ deny: ['127.0.0.2'] })]));
    for (let count = 0; count < 5; count++) await letIn(server.tcpPort(), '127.0.0.2');
    const refused = (level: string) =>
      server.log.lines.filter((line) => line.startsWith(level) && line.includes('refused'));
    const each: unknown = expect.stringMatching(
      / \[p tcp\] refused 127\.0\.0\.2:\d+: its address is not allowed \(allow, deny\)$/,
    );
    expect([refused('WARNING'), refused('DEBUG')]).toEqual([[each], [each, each, each, each]]);
    expect(server.server().counts.refused).toBe(5);
    await server.stop();
    expect(refused('WARNING')[1]).toBe(
      'WARNING [p tcp] refused 127.0.0.2 4 times more: its address is not allowed (allow, deny)',
    );
  });
});

describe('a limit', () => {
  it.each([
    ['of the server', loop([tcp({ max_connections: 1 })])],
    ['of the port', loop([tcp()], { max_connections: 1 })],
  ])('%s gives the last place to exactly one of 20 clients that come at once', async (_, config) => {
    const server = await startServer(config);
    const clients = await Promise.all(Array.from({ length: 20 }, () => connectTcp(server.tcpPort())));
    const answers = clients.map(async ({ socket, got, ended }) => {
      socket.write('?');
      return (await Promise.race([got.text(1), ended])) === '?';
    });
    // The loop device gives what the one sends to the one.
    expect((await Promise.all(answers)).filter(Boolean).length).toBe(1);
    expect(server.server().counts).toMatchObject({ accepted: 1, refused: 19 });
  });

  it('of the port counts the clients of all its servers', async () => {
    const server = await startServer(loop([tcp(), tcp()], { max_connections: 2 }));
    await connectTcp(server.tcpPort(0, 0));
    await connectTcp(server.tcpPort(0, 1));
    await server.log.some(2, / connected /);
    const third = await connectTcp(server.tcpPort(0, 0));
    await third.ended;
    expect(await server.log.line(/refused/)).toContain('the port has all its clients (max_connections)');
  });

  it('is free again the moment a client is gone', async () => {
    const server = await startServer(loop([tcp({ max_connections: 1 })]));
    for (let round = 1; round <= 20; round++) {
      const { socket, got, ended } = await connectTcp(server.tcpPort());
      socket.write('?');
      expect(await got.text(1)).toBe('?');
      socket.resetAndDestroy();
      await ended;
      await server.log.some(round, /disconnected/);
    }
    expect(server.server().counts).toMatchObject({ accepted: 20, refused: 0 });
  });

  it.each([
    ['of the server', loop([tcp({ max_connections: 1 })])],
    ['of the port', loop([tcp()], { max_connections: 1 })],
  ])('%s has a place for who comes at once after another one has closed', async (_, config) => {
    const server = await startServer(config);
    let before = await connectTcp(server.tcpPort());
    for (let round = 1; round <= 50; round++) {
      await server.log.some(round, / connected /);
      if (round % 2) before.socket.destroy();
      else before.socket.resetAndDestroy();
      before = await connectTcp(server.tcpPort());
      before.socket.write('?');
      expect(await Promise.race([before.got.text(1), before.ended])).toBe('?');
    }
    expect(server.server().counts.refused).toBe(0);
  });

  it.each([
    ['of the server', loop([tcp({ max_connections: 2, on_limit: 'kick-oldest' })])],
    ['of the port', loop([tcp()], { max_connections: 2, on_limit: 'kick-oldest' })],
  ])('%s lets the oldest client go where it says so', async (_, config) => {
    const server = await startServer(config);
    const oldest = await connectTcp(server.tcpPort());
    await server.log.some(1, / connected /);
    const second = await connectTcp(server.tcpPort());
    await server.log.some(2, / connected /);
    const third = await connectTcp(server.tcpPort());
    expect(await oldest.ended).toBe('end');
    third.socket.write('hello');
    expect(await second.got.text(5)).toBe('hello');
    expect(await server.log.line(/on_limit/)).toContain('a newer client takes its place');
  });

  it('tells of one that had to go before its device was open', async () => {
    let openNow = () => {};
    const opened = new Promise<FakeDevice>((resolve) => (openNow = () => resolve(new FakeDevice())));
    const server = await startServer(
      loop([tcp({ max_connections: 1, on_limit: 'kick-oldest' })]),
      () => opened,
    );
    const first = await connectTcp(server.tcpPort());
    first.socket.write('question');
    const second = await connectTcp(server.tcpPort());
    expect(await server.log.line(/closing/)).toMatch(
      /a newer client takes its place .*; its device was not open yet, and nothing that it sent was read/,
    );
    openNow();
    expect(await server.log.line(/ connected /)).toContain(`:${second.socket.localPort}`);
  });
});
