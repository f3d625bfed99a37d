import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { startServer, stopServers, type TestServer } from '../support/server.js';

const sha256 = (secret: string) => `sha256:${createHash('sha256').update(secret).digest('hex')}`;
const HTTP = [{ address: '127.0.0.1', port: 0 }];
const TOKENS = [
  { token: 'in-clear', name: 'boss', admin: true },
  { token: sha256('hashed'), name: 'reader' },
  { token: 'with spaces', name: 'by hand', admin: true },
  { token: sha256('old'), name: 'old', expires: '2020-01-01T00:00:00Z' },
];

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ ports: [], http: HTTP, tokens: TOKENS });
});
afterAll(stopServers);

const status = (target: string, ...headers: string[]) => statusOf(server, target, ...headers);

/** The status of one request with these headers, each as its own line. */
async function statusOf(server: TestServer, target: string, ...headers: string[]): Promise<number> {
  const socket = connect(Number(new URL(server.url()).port), '127.0.0.1');
  const lines = [`GET ${target} HTTP/1.1`, 'Host: localhost', 'Connection: close', ...headers, '', ''];
  socket.write(lines.join('\r\n'));
  const [answer] = await Promise.all([text(socket), once(socket, 'close')]);
  return Number(/^HTTP\/1.1 (\d+)/.exec(answer)?.[1]);
}

describe('a credential', () => {
  it.each([
    ['none', '/api/tokens', [], 401],
    ['one in the header', '/api/tokens', ['Authorization: Bearer in-clear'], 200],
    ['the scheme in small letters', '/api/tokens', ['authorization: bearer in-clear'], 200],
    ['one in the query', '/api/tokens?token=in-clear', [], 200],
    ['one that needs escapes in the query', '/api/tokens?x=%ff&token=in%2Dclear', [], 200],
    ['one with spaces in the query', '/api/tokens?token=with+spaces', [], 200],
    ['one with spaces in the header', '/api/tokens', ['Authorization: Bearer with spaces'], 400],
    ['an empty one in the query', '/api/tokens?token=', [], 401],
    ['one that is stored as a hash', '/api/tokens', ['Authorization: Bearer hashed'], 403],
    ['the stored hash itself', '/api/tokens', [`Authorization: Bearer ${sha256('hashed')}`], 401],
    ['an expired one', '/api/tokens', ['Authorization: Bearer old'], 401],
    ['a wrong one', '/api/tokens', ['Authorization: Bearer wrong'], 401],
    ['another scheme', '/api/tokens', ['Authorization: Basic aW4tY2xlYXI6'], 401],
    ['another scheme with spaces', '/api/tokens', ['Authorization: Digest username="a", realm="b"'], 401],
    ['another scheme beside the query', '/api/tokens?token=in-clear', ['Authorization: Basic eDp5'], 200],
    ['two in the query', '/api/tokens?token=in-clear&token=wrong', [], 400],
    ['the same twice in the query', '/api/tokens?token=in-clear&token=in-clear', [], 200],
    ['a list in the query', '/api/tokens?token[]=in-clear', [], 401],
    ['the same in each place', '/api/tokens?token=in-clear', ['Authorization: Bearer in-clear'], 200],
    ['one in each place', '/api/tokens?token=in-clear', ['Authorization: Bearer wrong'], 400],
    ['a wrong one in each place', '/api/tokens?token=wrong', ['Authorization: Bearer wrong'], 401],
    ['one after more spaces', '/api/tokens', ['Authorization: Bearer   in-clear  '], 200],
    ['two headers', '/api/tokens', ['Authorization: Bearer in-clear', 'Authorization: Bearer wrong'], 400],
    ['a header with nothing in it', '/api/tokens', ['Authorization: Bearer '], 401],
    [
      'a header with nothing in it beside the query',
      '/api/tokens?token=in-clear',
      ['Authorization: Bearer'],
      200,
    ],
    ['a header with too much in it', '/api/tokens', ['Authorization: Bearer in clear'], 400],
  ])('%s', async (_what, target, headers, expected) => {
    expect(await status(target, ...headers)).toBe(expected);
  });
});

describe('a credential while there are no accounts', () => {
  let open: TestServer;
  beforeAll(async () => {
    open = await startServer({ ports: [], http: HTTP });
  });

  it.each([
    ['nothing in it', ['Authorization: Bearer']],
    ['too much in it', ['Authorization: Bearer a b']],
    ['two of them', ['Authorization: Bearer a', 'Authorization: Bearer b']],
  ])('is not looked at: a header with %s', async (_what, headers) => {
    expect(await statusOf(open, '/api/tokens?token=c', ...headers)).toBe(200);
  });
});
