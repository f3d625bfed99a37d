import { afterEach, describe, expect, it } from '@jest/globals';
import { readFile, stat } from 'node:fs/promises';
import { setTimeout as passed } from 'node:timers/promises';
import { configFile, endPrograms, Program } from '../support/program.js';
import { restOf } from '../support/rest.js';

afterEach(endPrograms);

async function started(path: string, args: string[] = []) {
  const program = new Program(['-v', ...args, '-c', path]);
  const [, url = ''] = await program.said(/listening on (http:\/\/[\d.:]+)/);
  return { program, url, as: (token: string) => restOf(url, { Authorization: `Bearer ${token}` }) };
}
const statePath = (path: string) => path.replace(/json$/, 'state.json');
const tokenOf = ({ body }: { body: unknown }) => (body as { token: string }).token;

describe('the program', () => {
  it.each<NodeJS.Signals>(['SIGTERM', 'SIGKILL'])(
    'knows sessions, users and tokens again after it was ended by %s',
    async (signal) => {
      const path = await configFile({ ports: [], http: [{ address: '127.0.0.1', port: 0 }] });
      const first = await started(path);
      const added = await restOf(first.url).post('/api/users', { login: 'alice', password: 'secret' });
      const session = tokenOf(added);
      const alice = first.as(session);
      const token = tokenOf(await alice.post('/api/tokens', { name: 'monitoring', admin: true }));
      // Written at once, as nothing was written before.
      while (!(await stat(statePath(path)).catch(() => undefined))) await passed(20);
      first.program.child.kill(signal);
      const { stderr } = await first.program.ended;
      const second = await started(path);
      expect((await second.as(session).get('/api/users')).status).toBe(200);
      expect((await second.as(token).get('/api/users')).status).toBe(200);
      const login = await restOf(second.url).post('/api/login', { login: 'alice', password: 'secret' });
      expect(login.status).toBe(200);
      const files = (await readFile(path, 'utf8')) + (await readFile(statePath(path), 'utf8'));
      for (const secret of [session, token, tokenOf(login), 'secret'])
        for (const text of [files, stderr, second.program.stderr]) expect(text).not.toContain(secret);
    },
    60_000,
  );

  it('writes its audit log as objects where it is asked to', async () => {
    const path = await configFile({ ports: [], http: [{ address: '127.0.0.1', port: 0 }] });
    const { program, url } = await started(path, ['--log-format', 'json']);
    await restOf(url).post('/api/users', { login: 'alice', password: 'secret' });
    await program.said(/"message":"user added"/);
  });
});
