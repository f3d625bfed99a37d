import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { checkConfig } from '../../src/config/check.js';
import { entries } from '../../src/config/config.js';
import { ConfigInvalid, ConfigIssue } from '../../src/config/issues.js';

/** Everything that is said about a document; anything but ConfigInvalid is thrown on. */
function said(document: unknown): ConfigIssue[] {
  try {
    const config = checkConfig(document);
    return [...entries(config).flatMap((entry) => entry.issues), ...config.notices];
  } catch (error) {
    if (error instanceof ConfigInvalid) return [...error.issues];
    throw error;
  }
}

const nested = (depth: number, open: string, close: string) =>
  JSON.parse(open.repeat(depth) + '1' + close.repeat(depth)) as unknown;

describe('a hostile document', () => {
  it.each<[string, string]>([
    [
      'a prototype',
      '{"__proto__": {"ports": 1}, "ports": [{"__proto__": [], "serial": {"__proto__": null}}]}',
    ],
    [
      'a constructor',
      '{"ports": [{"serial": {"port": "x"}, "a": {"constructor": 1}, "b": [{"constructor": {}}]}]}',
    ],
    ['methods', '{"ports": [{"serial": {"port": "x", "match": {"toString": 1, "valueOf": null}}}]}'],
    [
      'a promise',
      '{"ports": [{"serial": {"then": "x"}, "servers": [{"then": 1, "protocol": {"then": 2}}]}]}',
    ],
    ['huge numbers', '{"session_timeout": 1e999, "ports": [{"serial": {"port": "x", "baudrate": -1e999}}]}'],
    ['lists for objects', '{"ports": [[[]]], "http": [[]], "users": [[]], "tokens": [[{}]]}'],
    ['an object with a length', '{"ports": {"length": 4294967295}, "http": [{"length": 1e9, "port": 1}]}'],
    ['texts for everything', '{"ports": ["x"], "http": "x", "users": ["x"], "tokens": ["x"]}'],
  ])('with %s is refused or reported', (_what, text) => {
    expect(said(JSON.parse(text)).length).toBeGreaterThan(0);
    expect(({} as Record<string, unknown>)['ports']).toBeUndefined();
  });

  it.each<[string, unknown]>([
    ['lists', nested(100_000, '[', ']')],
    ['objects', nested(100_000, '{"a":', '}')],
    ['lists of an unknown key', { a: nested(100_000, '[', ']') }],
    ['objects in serial', { ports: [{ serial: nested(1000, '{"match":', '}') }] }],
  ])('is refused for %s in each other without end', (_what, document) => {
    const sentence = /^The configuration must (not be nested more than 100 levels deep|be an object)/;
    expect(said(document)).toEqual([{ path: '', message: expect.stringMatching(sentence) }]);
  });

  it('is refused in no time when it is long', () => {
    const tokens = Array.from({ length: 5000 }, (_, index) => ({ token: `t${index % 4999}` }));
    expect(said({ tokens })).toEqual([
      { path: 'tokens[4999].token', message: 'is the same as that of tokens[0]' },
    ]);
  });
});

const KEYS = [
  'ports http users tokens session_timeout serial servers match control ssl auth port protocol address endpoint',
  'allow data signals name login password token admin baudrate parity stopbits vid certfile rts max_connections',
  '__proto__ constructor toString then length 0',
].flatMap((words) => words.split(' '));
const leaf = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    false,
    0,
    1,
    1.5,
    8,
    10001,
    'N',
    'tcp',
    'ssl',
    'websocket',
    'x',
    '::1',
    '0x0403',
  ),
  fc.double(),
  fc.string(),
);
/** Documents out of the words of a configuration, in the wrong places and sometimes the right ones. */
const { likely } = fc.letrec<{ likely: unknown }>((tie) => ({
  likely: fc.oneof(
    { maxDepth: 6, withCrossShrink: true },
    leaf,
    fc.array(tie('likely'), { maxLength: 3 }),
    fc.array(fc.tuple(fc.constantFrom(...KEYS), tie('likely')), { maxLength: 6 }).map(Object.fromEntries),
  ),
}));
const root = fc.record(
  { ports: fc.array(likely), http: fc.array(likely), users: fc.array(likely), tokens: fc.array(likely) },
  { requiredKeys: [] },
);

describe('whatever JSON it is', () => {
  it.each<[string, fc.Arbitrary<unknown>]>([
    ['any', fc.jsonValue()],
    ['of known words', likely],
    ['of known lists', root],
  ])('a document is checked or refused: %s', (_what, documents) => {
    fc.assert(
      fc.property(documents, (document) => {
        for (const { path, message } of said(document)) {
          expect(typeof path).toBe('string');
          expect(message).toMatch(/^\w/);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('no sentence has a password or a token in it', () => {
    const SECRET = 'hunter2-hunter2';
    const secret = fc.constantFrom<unknown>(SECRET, [SECRET], { a: SECRET }, `sha256:${SECRET}`);
    const user = fc.record(
      { login: fc.constantFrom('a', 'b', 7), password: secret, admin: fc.constantFrom(true, 'x'), x: secret },
      { requiredKeys: ['password'] },
    );
    const token = fc.record(
      { token: secret, name: fc.constantFrom('n', 5), admin: leaf },
      { requiredKeys: ['token'] },
    );
    const server = fc.record({
      protocol: fc.constantFrom('websocket', 'tcp'),
      endpoint: leaf,
      token: secret,
    });
    const document = fc.record(
      {
        users: fc.oneof(fc.array(user), user, secret),
        tokens: fc.oneof(fc.array(token), token, secret),
        ports: fc.array(fc.record({ serial: fc.constant({ port: 'x' }), servers: fc.array(server) })),
        http: fc.array(fc.record({ auth: fc.record({ users: fc.array(user), tokens: fc.array(token) }) })),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(document, (given) => {
        expect(JSON.stringify(said(given))).not.toContain('hunter2');
      }),
    );
  });
});
