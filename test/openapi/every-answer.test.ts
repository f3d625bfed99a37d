import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { checkAnswer, routeOf } from '../support/answers.js';
import { ask } from '../support/ask.js';
import { closeClients, connectTcp } from '../support/client.js';
import { type Example, examples, type Request } from '../support/examples.js';
import { describeWith } from '../support/needs.js';
import { type Route, routes } from '../support/openapi.js';
import { closePtys } from '../support/pty.js';
import { stopServers, type TestServer } from '../support/server.js';
import { ADMIN_TOKEN, startWorld, USER_TOKEN } from '../support/world.js';

/** What an operation is asked, and as whom. */
interface Case extends Request {
  token?: string | undefined;
}

const exampleOf = ({ operation }: Route) => examples[operation.operationId] as Example;
const OTHER_SITE = { Origin: 'https://elsewhere.example' };
/** Somebody behind the proxy at this address. */
const GUESSER = { 'X-Forwarded-For': '203.0.113.7' };
const guess = async (server: TestServer) => {
  for (let n = 0; n < 20; n++) {
    const headers = { ...GUESSER, Authorization: `Bearer guess-${n}` };
    await ask(`${server.url(0)}/api/signals`, { method: 'GET', headers });
  }
};
const MEBIBYTE = 1024 * 1024;

/** A request that the document says is answered with this status; undefined where none is known. */
function caseFor(route: Route, status: string): Case | undefined {
  const example = exampleOf(route);
  const usual: Case = { ...example, token: ADMIN_TOKEN };
  const other = example.others?.[Number(status)];
  if (other) return { ...(!other.open && { token: ADMIN_TOKEN }), ...other };
  switch (Number(status)) {
    case example.status:
      return usual;
    case 400:
      return example.body
        ? { ...usual, body: () => '{"broken":' }
        : { ...usual, path: (n) => `${example.path(n)}?token=a&token=b&token=c&token=d` };
    case 401:
      return { ...usual, token: undefined };
    case 403:
      return route.operation['x-level'] === 'admin'
        ? { ...usual, token: USER_TOKEN }
        : { ...usual, headers: { ...example.headers, ...OTHER_SITE } };
    case 413:
      return { ...usual, body: () => JSON.stringify({ name: 'x'.repeat(2 * MEBIBYTE) }) };
    case 429:
      return { ...usual, token: 'guess', headers: { ...example.headers, ...GUESSER }, before: guess };
    case 415:
      return { ...usual, headers: { 'Content-Type': 'text/plain' } };
    default:
      return undefined;
  }
}

/** Answers that no request can bring about here: they need hardware that fails, or another time. */
const UNTOLD = ['500', '502', '503', '504', 'default'];
/** A page of another site may read as little as it can: only what changes something is refused. */
const isRead = ({ method, operation }: Route) => method === 'get' && !operation['x-websocket'];

describeWith(['socat'], 'every answer is as the document says', () => {
  let closed: TestServer;
  let open: TestServer;
  beforeAll(async () => {
    closed = await startWorld();
    open = await startWorld({ users: [], tokens: [] });
  });
  afterAll(async () => {
    closeClients();
    await stopServers();
    await closePtys();
  });

  const cases = routes.flatMap((route) =>
    Object.keys(route.operation.responses)
      .filter((status) => !UNTOLD.includes(status))
      .filter((status) => status !== '403' || route.operation['x-level'] === 'admin' || !isRead(route))
      .map((status) => [route.name, status, route] as const),
  );

  it.each(cases)('%s: %s', async (_name, status, route) => {
    const asked = caseFor(route, status);
    if (!asked)
      throw new Error(`No request is known that is answered so; test/support/examples.ts may have one`);
    const server = asked.open ? open : closed;
    await asked.before?.(server);
    const n = 0;
    const answer = await ask(server.url(0) + asked.path(n), {
      method: route.method.toUpperCase(),
      upgrade: asked.upgrade ?? route.operation['x-websocket'] ?? false,
      headers: { ...(asked.token && { Authorization: `Bearer ${asked.token}` }), ...asked.headers },
      body: asked.body?.(n, server),
    });
    expect(answer).toMatchObject({ status: Number(status) });
    checkAnswer(route, answer);
  });

  it.each(['', '&port=p0'])('GET /api/status: every line of a stream%s', async (one) => {
    const headers = { Authorization: `Bearer ${ADMIN_TOKEN}` };
    const stream = await fetch(`${closed.url(0)}/api/status?stream=1${one}`, { headers });
    let text = '';
    const lines = stream.body?.pipeThrough(new TextDecoderStream());
    const send = () => closed.port(0).signals?.set({ rts: Math.random() < 0.5 });
    for await (const part of lines ?? []) {
      text += part;
      if (text.includes('_delta')) break;
      await connectTcp(closed.tcpPort(0, 0));
      await send();
    }
    checkAnswer(routeOf('GET', '/api/status'), { status: stream.status, headers: stream.headers, text });
    expect(text.split('\n').length).toBeGreaterThan(2);
  });
});
