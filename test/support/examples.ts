import { ask } from './ask.js';
import { connectTcp } from './client.js';
import { openPty } from './pty.js';
import { tcp, type TestServer } from './server.js';
import { until } from './until.js';
import { connected, PASSWORD } from './world.js';

/** A request; `n` counts them, so that each may have something of its own to remove or to add. */
export interface Request {
  path(n: number): string;
  body?(n: number, server: TestServer): unknown;
  headers?: Record<string, string>;
  /** Of a WebSocket: whether it asks for one. */
  upgrade?: boolean;
  /** On a server without accounts. */
  open?: true;
  /** What has to be so first. */
  before?(server: TestServer): Promise<unknown>;
}

/** The ordinary case of an operation in the world of test/support/world.ts, and what else it answers. */
export interface Example extends Request {
  readonly status: number;
  /** The session that asks is ended by it. */
  readonly endsSession?: true;
  /** Cases by their status, beside those that all operations have: no credential, no administrator, a body of no use. */
  readonly others?: Readonly<Record<number, Request>>;
}

const at = (path: string) => () => path;
/** A port that cannot be served: somebody has its address. */
const taken = (server: TestServer) => ({
  serial: { port: 'loop://' },
  servers: [tcp({ port: server.tcpPort(0, 0) })],
});
const httpServer = { address: '127.0.0.1', port: 0 };
const takenHttp = (server: TestServer) => ({ ...httpServer, port: server.tcpPort(0, 0) });
/** A device without modem lines, `lineless`, with a client. */
async function openLineless(server: TestServer): Promise<void> {
  const { path } = await openPty();
  const index = server.config.current.ports.findIndex((entry) => entry.value?.name === 'lineless');
  const port = { name: 'lineless', serial: { port: path }, servers: [tcp()] };
  await server.config.change(({ ports }) => void ports.splice(index < 0 ? ports.length : index, 1, port));
  const at = server.config.current.ports.findIndex((entry) => entry.value?.name === 'lineless');
  await connectTcp(server.tcpPort(at, 0));
  await until(() => server.port(at).state === 'open');
}

/** More breaks than may wait for their turn. */
async function queueBreaks(server: TestServer): Promise<void> {
  await connectTcp(server.tcpPort(6, 0));
  await until(() => server.port(6).state === 'open');
  for (let n = 0; n < 20; n++) {
    void server.port(6).signals?.sendBreak(500);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const unknown = { path: at('/api/ports/nobody') };
const outdated = { 'If-Match': '"outdated"' };
const wrong = { login: 'user', password: 'wrong' };
/** More than any limit allows, all at once. */
const failToLogIn = (server: TestServer) =>
  Promise.all(
    Array.from({ length: 30 }, () => ask(`${server.url(0)}/api/login`, { method: 'POST', body: wrong })),
  );
const port = { serial: { port: 'loop://' }, servers: [] };

/** By operation; an operation that is not here fails the tests that walk all of them. */
export const examples: Readonly<Record<string, Example>> = {
  getDocument: { path: at('/api/openapi.json'), status: 200 },
  getDocs: { path: at('/api/docs'), status: 200 },

  login: {
    path: at('/api/login'),
    body: () => ({ login: 'user', password: PASSWORD }),
    status: 200,
    others: {
      401: { path: at('/api/login'), body: () => wrong },
      404: { path: at('/api/login'), body: () => wrong, open: true },
      429: { path: at('/api/login'), body: () => wrong, before: failToLogIn },
    },
  },
  logout: {
    path: at('/api/logout'),
    status: 200,
    endsSession: true,
    others: { 404: { path: at('/api/logout'), open: true } },
  },

  getStatus: {
    path: at('/api/status'),
    status: 200,
    others: { 404: { path: at('/api/status?port=nobody') } },
  },
  detectDevices: { path: at('/api/detect'), status: 200 },
  getSignals: { path: at('/api/signals'), status: 200 },

  listPorts: {
    path: at('/api/ports'),
    status: 200,
    others: { 304: { path: at('/api/ports'), headers: { 'If-None-Match': '*' } } },
  },
  getPort: {
    path: at('/api/ports/p0'),
    status: 200,
    others: { 304: { path: at('/api/ports/p0'), headers: { 'If-None-Match': '*' } }, 404: unknown },
  },
  addPort: {
    path: at('/api/ports'),
    body: (n) => ({ ...port, name: `added${n}` }),
    status: 201,
    others: { 409: { path: at('/api/ports'), body: (_n, server) => taken(server) } },
  },
  replacePort: {
    path: at('/api/ports/p1'),
    body: () => ({ ...port, name: 'p1' }),
    status: 200,
    others: {
      404: { ...unknown, body: () => port },
      409: { path: at('/api/ports/p1'), body: (_n, server) => taken(server) },
      412: { path: at('/api/ports/p1'), body: () => port, headers: outdated },
    },
  },
  changePort: {
    path: at('/api/ports/p2'),
    body: (n) => ({ max_connections: n + 1 }),
    status: 200,
    others: {
      404: { ...unknown, body: () => ({}) },
      409: { path: at('/api/ports/p2'), body: (_n, server) => taken(server) },
      412: { path: at('/api/ports/p2'), body: () => ({}), headers: outdated },
    },
  },
  removePort: {
    path: (n) => `/api/ports/spare${n}`,
    status: 200,
    others: { 404: unknown, 412: { path: at('/api/ports/p3'), headers: outdated } },
  },
  setSignals: {
    path: at('/api/ports/p0/signals'),
    body: (n) => ({ rts: n % 2 === 0 }),
    status: 200,
    others: {
      404: { path: at('/api/ports/nobody/signals'), body: () => ({ rts: true }) },
      409: { path: at('/api/ports/lineless/signals'), body: () => ({ rts: true }), before: openLineless },
    },
  },
  sendBreak: {
    path: at('/api/ports/p0/break'),
    body: () => ({ duration_ms: 1 }),
    status: 200,
    others: {
      404: { path: at('/api/ports/nobody/break'), body: () => ({ duration_ms: 1 }) },
      409: { path: at('/api/ports/p6/break'), body: () => ({ duration_ms: 1 }), before: queueBreaks },
    },
  },
  disconnectClient: {
    path: at('/api/ports/p4/connections/0/0'),
    status: 200,
    before: async (server) => {
      await connectTcp(server.tcpPort(4, 0));
      await connected(server, 4);
    },
    others: { 404: { path: at('/api/ports/p0/connections/0/99') } },
  },

  listUsers: { path: at('/api/users'), status: 200 },
  addUser: {
    path: at('/api/users'),
    body: (n) => ({ login: `added${n}`, password: PASSWORD }),
    status: 201,
  },
  changeUser: {
    path: (n) => `/api/users/u${n}`,
    body: () => ({ session_timeout: 60 }),
    status: 200,
    others: { 404: { path: at('/api/users/nobody'), body: () => ({}) } },
  },
  removeUser: {
    path: (n) => `/api/users/gone${n}`,
    status: 200,
    others: { 404: { path: at('/api/users/nobody') } },
  },
  listTokens: { path: at('/api/tokens'), status: 200 },
  addToken: { path: at('/api/tokens'), body: (n) => ({ name: `added ${n}` }), status: 201 },
  changeToken: {
    path: at(`/api/tokens/spare-token-0`),
    body: (n) => ({ name: `changed ${n}` }),
    status: 200,
    others: { 404: { path: at('/api/tokens/nobody'), body: () => ({}) } },
  },
  removeToken: {
    path: (n) => `/api/tokens/spare-token-${n + 1}`,
    status: 200,
    others: { 404: { path: at('/api/tokens/nobody') } },
  },

  getSettings: {
    path: at('/api/settings'),
    status: 200,
  },
  changeSettings: {
    path: at('/api/settings'),
    body: () => ({ session_timeout: 3600 }),
    status: 200,
    others: { 412: { path: at('/api/settings'), body: () => ({}), headers: outdated } },
  },
  addHttpServer: {
    path: at('/api/settings/http'),
    body: () => httpServer,
    status: 200,
    others: {
      409: { path: at('/api/settings/http'), body: (_n, server) => takenHttp(server) },
      412: { path: at('/api/settings/http'), body: () => httpServer, headers: outdated },
    },
  },
  changeHttpServer: {
    path: at('/api/settings/http/1'),
    body: (n) => ({ name: `changed ${n}` }),
    status: 200,
    others: {
      404: { path: at('/api/settings/http/99'), body: () => ({}) },
      409: { path: at('/api/settings/http/1'), body: (_n, server) => takenHttp(server) },
      412: { path: at('/api/settings/http/1'), body: () => ({}), headers: outdated },
    },
  },
  removeHttpServer: {
    path: at('/api/settings/http/2'),
    status: 200,
    others: {
      404: { path: at('/api/settings/http/99') },
      412: { path: at('/api/settings/http/2'), headers: outdated },
    },
  },

  getLiveness: { path: at('/api/health/live'), status: 200 },
  getReadiness: { path: at('/api/health/ready'), status: 200 },
  getMetrics: { path: at('/metrics'), status: 200 },

  openEndpoint: {
    path: at('/ws/e5'),
    status: 101,
    others: { 404: { path: at('/ws/nobody') }, 426: { path: at('/ws/e5'), upgrade: false } },
  },
  openMonitor: {
    path: at('/ws/monitor/p0'),
    status: 101,
    others: {
      404: { path: at('/ws/monitor/nobody') },
      426: { path: at('/ws/monitor/p0'), upgrade: false },
    },
  },
};
