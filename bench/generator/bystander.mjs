/** An HTTP server that has nothing to do with what is measured: what its clients cost the machine. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { finish, readyAsync } from './child.mjs';

const server = createServer((request, response) => {
  request.resume().on('end', () => response.end());
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
await readyAsync();
finish({ http: server.address().port });
