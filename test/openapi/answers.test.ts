import { afterEach, describe, expect, it } from '@jest/globals';
import { checkAnswer, routeOf } from '../support/answers.js';
import { api } from '../support/api.js';
import { startServer, stopServers } from '../support/server.js';

afterEach(stopServers);
const JSON_TYPE = { 'Content-Type': 'application/json' };

describe('holding answers against the document', () => {
  const route = routeOf('GET', '/api/openapi.json');
  const answer = (status: number, body: unknown, headers: Record<string, string> = JSON_TYPE) => ({
    status,
    headers: new Headers(headers),
    text: typeof body === 'string' ? body : JSON.stringify(body),
  });

  it('takes an answer that is as declared', async () => {
    const server = await startServer({ ports: [], http: [{ address: '127.0.0.1', port: 0 }] });
    expect((await api(server).get('/api/openapi.json')).status).toBe(200);
  });

  it.each([
    ['a body of another shape', answer(400, { message: 'no' }), 'must have required property'],
    [
      'a key that is not declared',
      answer(400, { error: 'No', secret: 1 }),
      'must NOT have unevaluated properties',
    ],
    [
      'another type',
      answer(400, 'no', { 'Content-Type': 'text/html' }),
      'as text/html, not application/json',
    ],
    ['a header that is missing', answer(401, { error: 'Log in' }), 'without the header WWW-Authenticate'],
  ])('refuses %s', (_what, wrong, says) => {
    expect(() => checkAnswer(route, wrong)).toThrow(says);
  });

  it('knows no operation that the document does not have', () => {
    expect(() => routeOf('DELETE', '/api/openapi.json')).toThrow('The document has no');
  });
});
