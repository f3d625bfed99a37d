import { createHash } from 'node:crypto';
import { connectTcp } from './client.js';
import { startServer, tcp, type TestServer } from './server.js';
import { until } from './until.js';

/** How many there are of what a test may remove or change. */
export const SPARE = 12;

const each = <T>(make: (n: number) => T): T[] => Array.from({ length: SPARE }, (_, n) => make(n));
/** As existing files have it. */
const stored = (password: string) =>
  `sha256:salt:${createHash('sha256').update(`salt${password}`).digest('hex')}`;

export const PASSWORD = 'correct horse';
export const USER_TOKEN = 'token-of-a-user';
export const ADMIN_TOKEN = 'token-of-an-administrator';
/** Seconds after which a session of `brief` ends. */
export const BRIEF_SECONDS = 0.05;

/** A server with some of everything: `p0` is open, has its lines and a client; the others are there to be changed and removed. */
export const worldDocument = () => ({
  ports: [
    ...each((n) => ({
      name: `p${n}`,
      serial: { port: 'loop://' },
      servers: [
        tcp({ control: { rts: true, dtr: true, signals: ['rts', 'cts'] } }),
        { protocol: 'websocket', endpoint: `e${n}` },
      ],
    })),
    ...each((n) => ({ name: `spare${n}`, serial: { port: 'loop://' }, servers: [] })),
  ],
  http: [
    { address: '127.0.0.1', port: 0, trusted_proxies: ['127.0.0.1'] },
    ...each((n) => ({ name: `h${n}`, address: '127.0.0.1', port: 0 })),
  ],
  users: [
    { login: 'admin', password: stored(PASSWORD), admin: true },
    { login: 'user', password: stored(PASSWORD) },
    { login: 'brief', password: stored(PASSWORD), admin: true, session_timeout: BRIEF_SECONDS },
    ...each((n) => ({ login: `u${n}`, password: stored(PASSWORD) })),
    ...each((n) => ({ login: `gone${n}`, password: stored(PASSWORD) })),
  ],
  tokens: [
    { token: USER_TOKEN, name: 'of a user' },
    { token: ADMIN_TOKEN, name: 'of an administrator', admin: true },
    ...each((n) => ({ token: `spare-token-${n}`, name: `spare ${n}` })),
  ],
});

/** Starts it; `other` keys of the document stand in place of its own. */
export async function startWorld(other: object = {}): Promise<TestServer> {
  const server = await startServer({ ...worldDocument(), ...other });
  await connectTcp(server.tcpPort(0, 0));
  await connected(server);
  return server;
}

/** Done when a port has a client that was let in. */
export async function connected(server: TestServer, port = 0): Promise<void> {
  await until(() => server.server(port, 0).connections.length > 0);
}

/** A session's token. */
export async function logIn(server: TestServer, login: string): Promise<string> {
  const answer = await fetch(`${server.url(0)}/api/login`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ login, password: PASSWORD }),
  });
  const { token, error } = (await answer.json()) as { token?: string; error?: string };
  if (token === undefined) throw new Error(`${login} cannot log in: ${error}`);
  return token;
}
