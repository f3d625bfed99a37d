import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ConfigDocument } from '../../src/config/config.js';
import { type Accounts, makeAccounts, openAccounts, removeAccounts } from '../support/accounts.js';
import { RecordingLog } from '../support/log.js';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const HASH = `sha256:00:${'0'.repeat(64)}`;
const OTHER_HASH = `sha256:00:${'1'.repeat(64)}`;
const USERS = {
  users: [
    { login: 'alice', password: HASH, admin: true },
    { login: 'bob', password: HASH, session_timeout: 60 },
  ],
};
type Written = { users: Record<string, unknown>[] } & ConfigDocument;

let log: RecordingLog;
beforeEach(() => {
  log = new RecordingLog();
  Logger.overrideLogger(log);
  // Timers too: what ends by itself must not depend on how busy the machine is.
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'performance'] });
});
afterEach(async () => {
  jest.useRealTimers();
  await removeAccounts();
});

const change = (accounts: Accounts, edit: (draft: Written) => void) =>
  accounts.config.change((draft) => edit(draft as Written));

describe('a session', () => {
  it('is found by its token, and by nothing that is stored of it', async () => {
    const { accounts, sessions, user, state, folder } = await makeAccounts(USERS);
    const token = sessions.create(user('alice'));
    expect(Buffer.from(token, 'base64url')).toHaveLength(32);
    expect(accounts.identify(token)).toMatchObject({ kind: 'user', name: 'alice', admin: true });
    await state.close();
    const written = await readFile(join(folder, 'config.state.json'), 'utf8');
    expect(written).not.toContain(token);
    const { digest } = JSON.parse(written).sessions[0];
    expect(accounts.identify(digest).kind).toBe('nobody');
    expect(accounts.identify(undefined).kind).toBe('nobody');
  });

  it('ends an hour after its last request, unless the configuration says otherwise', async () => {
    const { accounts, sessions, user } = await makeAccounts(USERS);
    const token = sessions.create(user('alice'));
    for (let requests = 0; requests < 3; requests++) {
      jest.advanceTimersByTime(59 * MINUTE);
      expect(accounts.identify(token).kind).toBe('user');
    }
    const { ended } = accounts.identify(token);
    jest.advanceTimersByTime(60 * MINUTE);
    expect(ended.aborted).toBe(true);
    expect(accounts.identify(token).kind).toBe('nobody');
  });

  it("ends after its user's own time", async () => {
    const { accounts, sessions, user } = await makeAccounts({ ...USERS, session_timeout: 10 });
    const { ended } = accounts.identify(sessions.create(user('bob')));
    jest.advanceTimersByTime(MINUTE - 1);
    expect(ended.aborted).toBe(false);
    jest.advanceTimersByTime(1);
    expect(ended.aborted).toBe(true);
  });

  it('stays open by what is no request, such as keys in a terminal', async () => {
    const { accounts, sessions, user } = await makeAccounts(USERS);
    const caller = accounts.identify(sessions.create(user('bob')));
    for (let keys = 0; keys < 5; keys++) {
      jest.advanceTimersByTime(MINUTE / 2);
      accounts.seen(caller);
    }
    expect(caller.ended.aborted).toBe(false);
  });

  it('ends after 30 days however busy it is, also where it is never idle', async () => {
    const { accounts, sessions, user } = await makeAccounts({ ...USERS, session_timeout: 0 });
    const token = sessions.create(user('alice'));
    jest.advanceTimersByTime(30 * DAY - 1);
    expect(accounts.identify(token).kind).toBe('user');
    const { ended } = accounts.identify(token);
    jest.advanceTimersByTime(1);
    expect(ended.aborted).toBe(true);
  });

  it('takes on another timeout at once', async () => {
    const all = await makeAccounts(USERS);
    const token = all.sessions.create(all.user('alice'));
    const { ended } = all.accounts.identify(token);
    jest.advanceTimersByTime(30 * MINUTE);
    await change(all, (draft) => void (draft.session_timeout = 20 * 60));
    expect(ended.aborted).toBe(true);
    const next = all.accounts.identify(all.sessions.create(all.user('alice'))).ended;
    await change(all, (draft) => void (draft.session_timeout = null));
    jest.advanceTimersByTime(59 * MINUTE);
    expect(next.aborted).toBe(false);
  });

  it.each<[string, (draft: Written) => void]>([
    ['is deleted', (draft) => void draft.users.shift()],
    ['gets another password', (draft) => void (draft.users[0] = { ...draft.users[0], password: OTHER_HASH })],
    ['is no longer administrator', (draft) => void (draft.users[0] = { ...draft.users[0], admin: false })],
  ])('ends when its user %s, and only that one', async (_what, edit) => {
    const all = await makeAccounts(USERS);
    const tokens = [all.sessions.create(all.user('alice')), all.sessions.create(all.user('bob'))];
    const [alice, bob] = tokens.map((token) => all.accounts.identify(token));
    await change(all, edit);
    expect([alice?.ended.aborted, bob?.ended.aborted]).toEqual([true, false]);
    expect(all.accounts.identify(tokens[0]).kind).toBe('nobody');
  });

  it('lives on, with more rights, when its user becomes administrator', async () => {
    const all = await makeAccounts(USERS);
    const token = all.sessions.create(all.user('bob'));
    await change(all, (draft) => void (draft.users[1] = { ...draft.users[1], admin: true }));
    expect(all.accounts.identify(token)).toMatchObject({ kind: 'user', admin: true });
  });

  it('lives on when the same password is stored in another form', async () => {
    const all = await makeAccounts(USERS);
    const token = all.sessions.create(all.user('bob'));
    await all.sessions.whileRehashing(HASH, OTHER_HASH, () =>
      change(all, (draft) => void (draft.users[1] = { ...draft.users[1], password: OTHER_HASH })),
    );
    expect(all.accounts.identify(token).kind).toBe('user');
    await change(all, (draft) => void (draft.users[1] = { ...draft.users[1], password: HASH }));
    expect(all.accounts.identify(token).kind).toBe('nobody');
  });

  it('makes room for the next: of one user the one that was idle longest goes', async () => {
    const { accounts, sessions, user } = await makeAccounts(USERS);
    const tokens = Array.from({ length: 50 }, () => sessions.create(user('alice')));
    jest.advanceTimersByTime(1);
    accounts.identify(tokens[0]);
    const idle = accounts.identify(sessions.create(user('bob')));
    sessions.create(user('alice'));
    const kinds = tokens.map((token) => accounts.identify(token).kind);
    expect(
      kinds.map((kind, index) => (kind === 'nobody' ? index : -1)).filter((index) => index >= 0),
    ).toEqual([1]);
    expect(idle.ended.aborted).toBe(false);
  });
});

describe('while no account exists', () => {
  it('everybody may do everything, until there is one', async () => {
    const all = await makeAccounts({});
    const caller = all.accounts.identify('anything');
    expect(caller).toMatchObject({ kind: 'open', admin: true });
    await change(all, (draft) => void (draft.tokens = [{ token: 'x', admin: true }]));
    expect(caller.ended.aborted).toBe(true);
    expect(all.accounts.identify('anything').kind).toBe('nobody');
    await change(all, (draft) => void (draft.tokens = []));
    const again = all.accounts.identify(undefined);
    expect(again.kind).toBe('open');
    expect(again.ended.aborted).toBe(false);
  });
});

describe('an API token', () => {
  const TOKENS = {
    tokens: [
      { token: 'boss', admin: true },
      { token: 'short', name: 'x', expires: '2030-01-01T00:00:00Z' },
    ],
  };
  type Tokens = { tokens: Record<string, unknown>[] };
  const edit = (all: Accounts, at: number, more: object) =>
    all.config.change((draft) => void Object.assign((draft as unknown as Tokens).tokens[at] ?? {}, more));

  it('ends when it expires', async () => {
    jest.setSystemTime(Date.parse('2029-12-31T23:59:00Z'));
    const { accounts } = await makeAccounts(TOKENS);
    const { ended } = accounts.identify('short');
    jest.advanceTimersByTime(MINUTE - 1);
    expect(ended.aborted).toBe(false);
    jest.advanceTimersByTime(1);
    expect(ended.aborted).toBe(true);
    expect(accounts.identify('short').kind).toBe('nobody');
  });

  it('waits for a day that is further away than a timer can count', async () => {
    jest.setSystemTime(Date.parse('2029-10-01T00:00:00Z'));
    const { accounts } = await makeAccounts(TOKENS);
    const { ended } = accounts.identify('short');
    jest.setSystemTime(Date.parse('2029-10-01T00:00:00Z'));
    jest.advanceTimersByTime(91 * DAY);
    expect(ended.aborted).toBe(false);
    jest.advanceTimersByTime(DAY);
    expect(ended.aborted).toBe(true);
  });

  it('lives on under another name, and ends with its rights', async () => {
    const all = await makeAccounts(TOKENS);
    const caller = all.accounts.identify('boss');
    await edit(all, 0, { name: 'chief' });
    expect(caller).toMatchObject({ name: 'chief', admin: true });
    expect(caller.ended.aborted).toBe(false);
    await edit(all, 0, { admin: false });
    expect(caller.ended.aborted).toBe(true);
    expect(all.accounts.identify('boss')).toMatchObject({ kind: 'token', name: 'chief', admin: false });
  });

  it('ends when another one takes its place', async () => {
    const all = await makeAccounts(TOKENS);
    const caller = all.accounts.identify('boss');
    await edit(all, 0, { token: 'other' });
    expect(caller.ended.aborted).toBe(true);
  });
});

describe('after a restart', () => {
  async function restarted(between: (folder: string, path: string) => Promise<void> = async () => {}) {
    const before = await makeAccounts(USERS);
    const token = before.sessions.create(before.user('alice'));
    await before.state.close();
    await between(before.folder, before.state.path);
    return { ...(await openAccounts(before.folder)), token };
  }
  const edited = (folder: string, edit: (draft: Written) => void) =>
    readFile(join(folder, 'config.json'), 'utf8').then((text) => {
      const draft = JSON.parse(text) as Written;
      edit(draft);
      return writeFile(join(folder, 'config.json'), JSON.stringify(draft));
    });

  it('sessions are there, in a file for the owner alone', async () => {
    const { accounts, token, state } = await restarted();
    expect(accounts.identify(token)).toMatchObject({ kind: 'user', name: 'alice', admin: true });
    expect((await stat(state.path)).mode & 0o777).toBe(0o600);
  });

  it('they have the age that they had', async () => {
    const { accounts, token } = await restarted(async () => jest.setSystemTime(Date.now() + 61 * MINUTE));
    expect(accounts.identify(token).kind).toBe('nobody');
  });

  it('those of a user who was given another password by hand are gone', async () => {
    const { accounts, token } = await restarted((folder) =>
      edited(folder, (draft) => void (draft.users[0] = { ...draft.users[0], password: OTHER_HASH })),
    );
    expect(accounts.identify(token).kind).toBe('nobody');
  });

  it('they have the rights that the file gives now', async () => {
    const { accounts, token } = await restarted((folder) =>
      edited(folder, (draft) => void (draft.users[0] = { ...draft.users[0], admin: false })),
    );
    expect(accounts.identify(token)).toMatchObject({ kind: 'user', admin: false });
  });

  it.each([
    ['no JSON', '{"sessions": ['],
    ['no object', 'null'],
    ['no list', '{"sessions": {}}'],
    ['a session without a hash', '{"sessions": [{"login": "alice"}]}'],
    ['a session of tomorrow', JSON.stringify({ sessions: [{ digest: HASH.slice(10), created: 9e15 }] })],
    ['no times', '{"tokens": {"a": "b"}}'],
  ])('a file with %s in it is not used, and a line says so', async (_what, text) => {
    const { accounts, token } = await restarted((_folder, path) => writeFile(path, text));
    expect(accounts.identify(token).kind).toBe('nobody');
    expect(log.lines.join('\n')).toMatch(/^WARNING \[accounts\] .*config\.state\.json is not used/m);
  });

  it('a file that cannot be written harms nothing, and a line says so once', async () => {
    const { sessions, state, accounts, user, folder } = await makeAccounts(USERS);
    await mkdir(join(folder, 'config.state.json'));
    for (let write = 0; write < 2; write++) {
      const token = sessions.create(user('alice'));
      await state.close();
      expect(accounts.identify(token).kind).toBe('user');
    }
    expect(log.lines.filter((line) => /will not outlive a restart/.test(line))).toHaveLength(1);
  });
});
