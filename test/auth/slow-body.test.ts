import { afterEach, expect, it } from '@jest/globals';
import { closeClients, connectTcp } from '../support/client.js';
import { startServer, stopServers } from '../support/server.js';

afterEach(async () => {
  closeClients();
  await stopServers();
});

it('changes nothing for somebody whose rights end before all of the request is here', async () => {
  const server = await startServer({
    ports: [],
    http: [{ address: '127.0.0.1', port: 0 }],
    tokens: [
      { token: 'the-boss', admin: true },
      { token: 'the-other', admin: true },
    ],
  });
  const { socket, got } = await connectTcp(Number(new URL(server.url()).port));
  const body = JSON.stringify({ serial: { port: 'loop://' } });
  socket.write(
    `POST /api/ports HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer the-other\r\nExpect: 100-continue\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`,
  );
  // By then its headers are known, and its rights were looked at or are about to be.
  expect(await got.text(12)).toBe('HTTP/1.1 100');
  socket.write(body.slice(0, 3));
  const deleted = await fetch(`${server.url()}/api/tokens/the-other`, {
    method: 'DELETE',
    headers: { Authorization: 'Bearer the-boss' },
  });
  expect(deleted.status).toBe(200);
  socket.end(body.slice(3));
  expect(await got.text(' Continue\r\n\r\nHTTP/1.1 401'.length)).toBe(' Continue\r\n\r\nHTTP/1.1 401');
  expect(server.config.current.ports).toEqual([]);
});
