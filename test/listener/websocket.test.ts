import { afterEach, describe, expect, it } from '@jest/globals';
import { startServer, stopServers } from '../support/server.js';
import { closeWsClients, connectWs } from '../support/websocket.js';

const websocket = (more: object = {}) => ({ protocol: 'websocket', endpoint: 'device', ...more });
const config = (servers: object[] = [websocket()], more: object = {}) => ({
  ports: [{ name: 'p', serial: { port: 'loop://' }, servers, ...more }],
  http: [{ address: '127.0.0.1', port: 0 }],
});

afterEach(async () => {
  closeWsClients();
  await stopServers();
});

describe('an endpoint', () => {
  it('carries bytes both ways', async () => {
    const server = await startServer(config());
    const client = await connectWs(`${server.url()}/ws/device`);
    expect(await client.echo('hello')).toBe('hello');
    expect(await server.log.line(/connected/)).toMatch(
      /^INFO \[p websocket c\d+\] connected 127\.0\.0\.1:\d+$/,
    );
  });
});
