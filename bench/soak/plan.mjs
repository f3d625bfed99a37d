/** What the server of the soak is to serve: which ports there are, and what is done to each. */
import { createHash } from 'node:crypto';
import { createServer } from 'node:net';
import { join } from 'node:path';

/** Below the ports that the system gives to clients: nobody takes one while its server is started anew. */
const FIRST_PORT = 18_000;
const LAST_PORT = 32_000;
const BAUDRATE = 115_200;
/** Seconds that a client may leave its bytes; few, so that many are dropped. */
const SEND_TIMEOUT = 2;
const BUFFER_LIMIT = 256 * 1024;
/** Bytes a second that the devices of floods send, and what others do at most: 115200 baud. */
const FLOOD_RATE = 512 * 1024;
const RATE = 11_520;

export const ADMIN = 'soak-admin-token';
export const USER = 'soak-user-token';
export const LOGIN = { login: 'soak', password: 'correct horse' };

/**
 * `steady` ports are left alone, and none of their clients may lose a byte or be cut; devices of `flaky` ones are pulled; `edited` ones have their
 * configuration changed; `flood` ones have clients that stop to read, and nobody who writes; the `canary` has one client.
 */
export function rolesOf(count) {
  const [flood, flaky, edited] = [count / 10, count / 4, count / 5].map((n) => Math.max(1, Math.round(n)));
  const roles = { canary: 1, flood, flaky, edited, steady: Math.max(1, count - 1 - flood - flaky - edited) };
  return Object.entries(roles).flatMap(([role, n]) => Array.from({ length: n }, () => role));
}

/** One port, with an entry for each protocol; loops have no device of ours. */
function planPort(index, role, folder, free, certificate, random) {
  const name = `${role}${index}`;
  const link = role === 'loop' || role === 'garbage' ? undefined : join(folder, `tty${index}`);
  const limits = role === 'flood' ? { send_timeout: SEND_TIMEOUT } : {};
  const control = index % 3 === 1 ? { control: { rts: true, dtr: true, signals: ['rts', 'cts'] } } : {};
  const local = () => ({ address: '127.0.0.1', port: free() });
  const servers = [
    { protocol: 'tcp', ...local(), ...limits, ...control },
    { protocol: 'telnet', ...local(), ...limits },
    { protocol: 'ssl', ...local(), ...limits, ssl: certificate },
    { protocol: 'socket', address: join(folder, `${name}.sock`), ...limits },
    {
      protocol: 'websocket',
      endpoint: name,
      ...limits,
      ...(role === 'flood' && { buffer_limit: BUFFER_LIMIT }),
    },
  ];
  const rate = role === 'flood' ? FLOOD_RATE : role === 'canary' ? 0 : random.between(RATE / 10, RATE);
  // Whether its clients may be cut by what the soak does; those of the others never are.
  const cut = role === 'flaky' || role === 'edited';
  return { name, role, link, rate, servers, cut };
}

export const entryOf = ({ name, link, servers }) => ({
  name,
  serial: { port: link ?? 'loop://', baudrate: BAUDRATE },
  servers,
});

export async function makePlan({ ports: count, folder, certificate, random }) {
  const roles = [...rolesOf(count), 'garbage', 'loop', 'loop'];
  const numbers = await freePorts(3 * roles.length + 3, random);
  const free = () => numbers.pop();
  const ports = roles.map((role, index) =>
    planPort(index, role, folder, free, certificate, random.of(`port ${index}`)),
  );
  const [http, https, spare] = [free(), free(), free()];
  const salted = createHash('sha256').update(`salt${LOGIN.password}`).digest('hex');
  const document = {
    ports: ports.map(entryOf),
    http: [
      { name: 'plain', address: '127.0.0.1', port: http },
      { name: 'tls', address: '127.0.0.1', port: https, ssl: certificate },
    ],
    users: [{ login: LOGIN.login, password: `sha256:salt:${salted}`, admin: true }],
    tokens: [
      { token: ADMIN, name: 'soak admin', admin: true },
      { token: USER, name: 'soak user' },
    ],
  };
  return { ports, http, https, spare, document };
}

/** TCP ports of 127.0.0.1 that nobody listens on now. */
async function freePorts(count, random) {
  const found = [];
  for (let port = random.whole(FIRST_PORT, LAST_PORT - 4 * count); found.length < count; port++) {
    if (port > LAST_PORT) throw new Error('there are not enough free TCP ports');
    if (await isFree(port)) found.push(port);
  }
  return found;
}

function isFree(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.on('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
