import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ask } from '../support/ask.js';
import { closeClients } from '../support/client.js';
import { examples } from '../support/examples.js';
import { type Level, type Route, routes } from '../support/openapi.js';
import { stopServers, type TestServer } from '../support/server.js';
import { ADMIN_TOKEN, BRIEF_SECONDS, logIn, startWorld, USER_TOKEN } from '../support/world.js';

/** Who asks, and what he may do. */
const CALLERS = {
  nobody: 'public',
  'a wrong token': 'public',
  'a wrong ?token=': 'public',
  'an expired session': 'public',
  'a user': 'user',
  'a token of a user': 'user',
  '?token= of a user': 'user',
  'an administrator': 'admin',
  'a token of an administrator': 'admin',
  '?token= of an administrator': 'admin',
} as const satisfies Record<string, Level>;
type Caller = keyof typeof CALLERS;
const callers = Object.keys(CALLERS) as Caller[];
const RANK: Record<Level, number> = { public: 0, user: 1, admin: 2 };

type Credential = { bearer?: string; query?: string };

/** The ordinary request of an operation, with a credential; `n` tells requests apart. */
async function send(server: TestServer, route: Route, n: number, { bearer, query }: Credential = {}) {
  const example = examples[route.operation.operationId];
  if (!example) throw new Error(`${route.operation.operationId} is in no row of the table`);
  await example.before?.(server);
  const url = new URL(server.url(0) + example.path(n));
  if (query !== undefined) url.searchParams.set('token', query);
  return ask(String(url), {
    method: route.method.toUpperCase(),
    upgrade: route.operation['x-websocket'] ?? false,
    headers: { ...example.headers, ...(bearer !== undefined && { Authorization: `Bearer ${bearer}` }) },
    body: example.body?.(n, server),
  });
}

it('has a row for every operation, and for no others', () => {
  const operations = routes.map(({ operation }) => operation.operationId);
  expect(Object.keys(examples).sort()).toEqual([...operations].sort());
});

describe('who may do what', () => {
  let server: TestServer;
  const sessions: Partial<Record<'user' | 'admin', string>> = {};
  let expired: string;

  beforeAll(async () => {
    server = await startWorld();
    expired = await logIn(server, 'brief');
    await new Promise((resolve) => setTimeout(resolve, 2000 * BRIEF_SECONDS));
  });
  afterAll(async () => {
    closeClients();
    await stopServers();
  });

  const session = async (login: 'user' | 'admin') => (sessions[login] ??= await logIn(server, login));
  const credentials: Record<Caller, () => Credential | Promise<Credential>> = {
    nobody: () => ({}),
    'a wrong token': () => ({ bearer: 'wrong' }),
    'a wrong ?token=': () => ({ query: 'wrong' }),
    'an expired session': () => ({ bearer: expired }),
    'a user': async () => ({ bearer: await session('user') }),
    'a token of a user': () => ({ bearer: USER_TOKEN }),
    '?token= of a user': () => ({ query: USER_TOKEN }),
    'an administrator': async () => ({ bearer: await session('admin') }),
    'a token of an administrator': () => ({ bearer: ADMIN_TOKEN }),
    '?token= of an administrator': () => ({ query: ADMIN_TOKEN }),
  };

  describe.each(routes.map((route) => [route.name, route] as const))('%s', (_name, route) => {
    const level = route.operation['x-level'];

    it.each(callers)(`answers ${level === 'public' ? 'anybody' : 'as it should'}: %s`, async (caller) => {
      const { status } = await send(server, route, callers.indexOf(caller), await credentials[caller]());
      const example = examples[route.operation.operationId];
      if (example?.endsSession && caller.startsWith('a user')) delete sessions.user;
      if (example?.endsSession && caller.startsWith('an admin')) delete sessions.admin;
      const held = CALLERS[caller];
      const refusal = held === 'public' ? 401 : 403;
      expect(status).toBe(RANK[held] >= RANK[level] ? example?.status : refusal);
      expect(Object.keys(route.operation.responses)).toContain(String(status));
    });
  });
});

describe('while there are no accounts', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startWorld({ users: [], tokens: [] });
  });
  afterAll(async () => {
    closeClients();
    await stopServers();
  });

  // The first account ends it.
  const isLast = ({ operation }: Route) => operation.operationId === 'addUser';
  const ordered = [...routes.filter((route) => !isLast(route)), ...routes.filter(isLast)];
  it.each(ordered.map((route) => [route.name, route] as const))(
    'anybody may do everything: %s',
    async (_name, route) => {
      const { status } = await send(server, route, 0);
      expect([401, 403]).not.toContain(status);
      expect(Object.keys(route.operation.responses)).toContain(String(status));
    },
  );
});
