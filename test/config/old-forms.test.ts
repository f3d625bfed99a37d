import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkConfig } from '../../src/config/check.js';
import { ConfigFile } from '../../src/config/config-file.js';
import { entries } from '../../src/config/config.js';
import { issueText } from '../../src/config/issues.js';
import { modernForm } from '../../src/config/old-forms.js';

const users = [{ login: 'admin', password: `sha256:salt:${'0'.repeat(64)}`, admin: true }];
const tokens = [{ token: 'my-api-key', name: 'monitoring', admin: false }];
const main = { address: '0.0.0.0', port: 8080 };
const second = { address: '0.0.0.0', port: 8081 };
const ports = [{ serial: { port: '/dev/ttyUSB0' }, servers: [] }];

describe('the form of an earlier version is brought to that of today', () => {
  it.each<[string, unknown, unknown]>([
    ['a list of ports', ports, { ports }],
    ['an empty list', [], { ports: [] }],
    ['one http server without a list', { ports, http: main }, { ports, http: [main] }],
    [
      'auth in an http entry',
      { ports, http: [main, { ...second, auth: { users, tokens } }] },
      { ports, http: [main, second], users, tokens },
    ],
    [
      'auth in the only http entry',
      { ports, http: { ...main, auth: { users, session_timeout: 60 } } },
      { ports, http: [main], users, session_timeout: 60 },
    ],
    [
      'the same auth in two entries',
      {
        ports,
        http: [
          { ...main, auth: { users } },
          { ...second, auth: { users } },
        ],
      },
      { ports, http: [main, second], users },
    ],
    [
      'auth that the root has too',
      { ports, http: [{ ...main, auth: { users } }], users, tokens },
      { ports, http: [main], users, tokens },
    ],
    [
      'auth beside the null of the root',
      { ports, http: [{ ...main, auth: { users } }], users: null },
      { ports, http: [main], users },
    ],
    [
      'auth beside the empty lists of the root',
      { ports, http: [{ ...main, auth: { users } }], users: [], tokens: [] },
      { ports, http: [main], users, tokens: [] },
    ],
    [
      'auth with empty lists, which are as none',
      {
        ports,
        http: [
          { ...main, auth: { users, tokens: [] } },
          { ...second, auth: { users } },
        ],
      },
      { ports, http: [main, second], users },
    ],
    [
      'auth with another timeout than that of the root, which wins',
      { ports, http: { ...main, auth: { users, session_timeout: 5 } }, session_timeout: 6 },
      { ports, http: [main], users, session_timeout: 6 },
    ],
    [
      'auth that is null or holds it',
      {
        ports,
        http: [
          { ...main, auth: null },
          { ...second, auth: { users: null } },
        ],
      },
      { ports, http: [main, second] },
    ],
    [
      'unknown keys beside it',
      { ports, http: { ...main, theme: 'dark', auth: { users } }, version: 1 },
      { ports, http: [{ ...main, theme: 'dark' }], version: 1, users },
    ],
    [
      "today's form",
      { ports, http: [main], users, tokens, session_timeout: 3600 },
      { ports, http: [main], users, tokens, session_timeout: 3600 },
    ],
  ])('%s', (_what, written, modern) => {
    const before = JSON.stringify(written);
    const { document } = modernForm(written);
    expect(document).toEqual(modern);
    expect(checkConfig(document).document).toEqual(modern);
    expect(JSON.stringify(written)).toBe(before);
  });
});

describe('auth beside users or tokens of the root is not used, as by the Python program', () => {
  const admin = [{ token: 'old', admin: true }];
  it.each<[string, object]>([
    ['tokens beside users', { http: [{ ...main, auth: { tokens: admin } }], users }],
    ['other users', { http: [{ ...main, auth: { users: [{ ...users[0], login: 'old' }] } }], users }],
    ['users beside tokens', { http: { ...main, auth: { users } }, tokens: admin }],
    ['a timeout', { http: [{ ...main, auth: { session_timeout: 5 } }], users }],
    ['what it must not be', { http: [{ ...main, auth: 'none' }], users }],
  ])('%s', (_what, written) => {
    const { document, notices } = modernForm(written);
    expect(document).toEqual({ ...written, http: [main] });
    expect(notices).toEqual([
      {
        path: 'http[0].auth',
        message: 'is not used, since the root of the file has users or tokens of its own',
        warning: true,
      },
    ]);
  });

  it('and that is said with its place, with the other notices of the file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'ser2tcp-forms-'));
    const file = new ConfigFile(join(folder, 'config.json'));
    await writeFile(file.path, JSON.stringify({ http: { ...main, x: 1, auth: { tokens: admin } }, users }));
    const { config, locate } = await file.read();
    expect(config.tokens).toEqual([]);
    expect(config.notices.map((notice) => issueText(notice, locate(notice)))).toEqual([
      expect.stringMatching(/^http\[0\]\.auth: is not used, .* \(line 1, column 48\)$/),
      expect.stringMatching(/^http\[0\]\.x: /),
    ]);
    await rm(folder, { recursive: true });
  });
});

describe('auth that would let in others than the file says is refused', () => {
  it.each<[string, unknown, number]>([
    [
      'other users in a second entry',
      {
        http: [
          { ...main, auth: { users } },
          { ...second, auth: { users: [] } },
        ],
      },
      1,
    ],
    [
      'tokens in a second entry alone',
      {
        http: [
          { ...main, auth: { users } },
          { ...second, auth: { users, tokens } },
        ],
      },
      1,
    ],
    [
      'tokens in another entry than the users',
      {
        http: [
          { ...main, auth: { users } },
          { ...second, auth: { tokens } },
        ],
      },
      1,
    ],
    [
      'no users in the second entry',
      {
        http: [
          { ...main, auth: { users } },
          { ...second, auth: {} },
        ],
      },
      1,
    ],
    ['a key that nobody knows', { http: { ...main, auth: { users, allow_guests: true } } }, 0],
    ['a list', { http: [main, { ...second, auth: users }] }, 1],
    ['a text', { http: { ...main, auth: 'none' } }, 0],
  ])('%s', (_what, written, index) => {
    const { document } = modernForm(written);
    expect(() => checkConfig(document)).toThrow(
      `http[${index}].auth: may only hold "users", "tokens" and "session_timeout", the same in all entries; they belong to the root of the file`,
    );
  });

  it('but what is no list of servers is left to the check', () => {
    expect(modernForm({ http: [5, null, [main]] }).document).toEqual({ http: [5, null, [main]] });
    expect(modernForm('text').document).toBe('text');
    expect(modernForm(null).document).toBe(null);
  });
});

describe('a mistake has the line and column of the file', () => {
  let folder: string;
  beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'ser2tcp-forms-'))));
  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** The mistakes of a file, one text each. */
  async function said(lines: readonly string[]): Promise<string[]> {
    const file = new ConfigFile(join(folder, 'config.json'));
    await writeFile(file.path, lines.join('\n'));
    try {
      const { config, locate } = await file.read();
      return entries(config)
        .flatMap((entry) => entry.issues)
        .map((issue) => issueText(issue, locate(issue)));
    } catch (error) {
      return [(error as Error).message];
    }
  }

  const FLAG = 'must be true or false';
  it.each<[string, string[], string]>([
    [
      'in a list of ports',
      ['[{"serial": {', '  "port": "x", "rtscts": 5}}]'],
      `ports[0].serial.rtscts: ${FLAG} (line 2, column 16)`,
    ],
    [
      'in the only http server',
      ['{"http": {', '"port": 1, "name": 5}}'],
      'http[0].name: must be a text of at most 200 characters (line 2, column 12)',
    ],
    [
      'in auth of an http server',
      ['{"http": [{"port": 1}, {"port": 2,', ' "auth": {"tokens": [{"token": "x",', '  "admin": "x"}]}}]}'],
      `tokens[0].admin: ${FLAG} (line 3, column 3)`,
    ],
    [
      'in auth of the only http server',
      ['{"http": {"port": 1,', '"auth": {', '   "users": {}}}}'],
      'users: must be a list in brackets (line 3, column 4)',
    ],
    [
      'in the tokens of the root, beside auth',
      ['{"http": {"port": 1, "auth": {"users": []}},', '"tokens": [5]}'],
      'tokens[0]: must be an object in braces (line 2, column 12)',
    ],
    [
      'of auth itself',
      ['{"http": {"port": 1,', '  "auth": "x"}}'],
      'http[0].auth: may only hold "users", "tokens" and "session_timeout", the same in all entries; they belong to the root of the file (line 2, column 3)',
    ],
    [
      "in today's form",
      ['{"ports": [', '  {"serial": {"port": "x"}},', '  7]}'],
      'ports[1]: must be an object in braces (line 3, column 3)',
    ],
    [
      'where the key is missing: that of the entry',
      ['{"ports": [{"serial": {"port": "x"}, "servers": [', '  {"protocol": "socket"}]}]}'],
      'ports[0].servers[0].address: is missing; it must be a text that is not empty (line 2, column 3)',
    ],
    [
      'behind letters of two units',
      ['["ä😀",', '"x"]'],
      'ports[0]: must be an object in braces (line 1, column 2)',
    ],
  ])('%s', async (_where, lines, sentence) => {
    expect((await said(lines))[0]).toBe(sentence);
  });
});
