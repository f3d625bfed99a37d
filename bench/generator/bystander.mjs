/** Servers that have nothing to do with what is measured: what their clients cost the machine. */
import { once } from 'node:events';
import { createServer as createHttp } from 'node:http';
import { createServer as createTcp } from 'node:net';
import { finish, readyAsync } from './child.mjs';

const http = createHttp((request, response) => {
  request.resume().on('end', () => response.end());
});
const tcp = createTcp((socket) => socket.resume().on('error', () => {}));
for (const server of [http, tcp]) {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
}
await readyAsync();
finish({ http: http.address().port, tcp: tcp.address().port });
