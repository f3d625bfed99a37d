import { afterEach, describe, expect, it } from '@jest/globals';
import { randomBytes, randomInt } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { configFile, endPrograms, Program } from '../support/program.js';
import { restOf } from '../support/rest.js';
import { tcp } from '../support/server.js';

const HTTP = [{ address: '127.0.0.1', port: 0 }];
const EDITS = 200;
/** Lives of the program that the edits are spread over; all but the last end by SIGKILL. */
const LIVES = 5;

afterEach(endPrograms);

async function start(path: string) {
  const program = new Program(['-v', '-c', path]);
  const [, url = ''] = await program.said(/listening on (http:\/\/\S+)/);
  return { program, rest: restOf(url) };
}
type Rest = ReturnType<typeof restOf>;
type Entry = Record<string, unknown>;
/** The ports of a configuration, as text. */
type State = string;

/** A valid edit at random: what the ports are after it, and how it is asked for. */
function randomEdit(ports: Entry[]): { after: Entry[]; ask: (rest: Rest) => Promise<{ status: number }> } {
  const at = ports.length > 0 ? randomInt(ports.length) : -1;
  const entry = {
    name: `port ${randomBytes(4).toString('hex')}`,
    serial: { port: 'loop://', baudrate: randomInt(1, 100_000) },
    servers: Array.from({ length: randomInt(3) }, () => tcp({ max_connections: randomInt(100) })),
    padding: 'x'.repeat(randomInt(20_000)),
  };
  const kind = at < 0 || ports.length < 3 ? 0 : randomInt(4);
  if (kind === 0) return { after: [...ports, entry], ask: (rest) => rest.post('/api/ports', entry) };
  if (kind === 1) return { after: ports.with(at, entry), ask: (rest) => rest.put(`/api/ports/${at}`, entry) };
  if (kind === 2) return { after: ports.toSpliced(at, 1), ask: (rest) => rest.delete(`/api/ports/${at}`) };
  const patch = { max_connections: randomInt(100), name: entry.name };
  const name = encodeURIComponent(String(ports[at]?.['name']));
  return {
    after: ports.with(at, { ...ports[at], ...patch }),
    ask: (rest) => rest.patch(`/api/ports/${name}`, patch),
  };
}

describe('a program whose ports are edited two hundred times, read all the while, and killed on the way', () => {
  it('leaves a file that loads at every moment, and is what was accepted last or was just being accepted', async () => {
    const path = await configFile({ http: HTTP, ports: [] });
    const stateOf = async (): Promise<State> =>
      JSON.stringify((JSON.parse(await readFile(path, 'utf8')) as { ports: unknown }).ports);
    const possible = new Set<State>(['[]']);
    let [reading, reads, kills] = [true, 0, 0];
    const readers = [1, 2].map(async () => {
      for (; reading; reads++) expect(possible).toContain(await stateOf());
    });
    let ports: Entry[] = [];
    let made = 0;
    for (let life = 1; life <= LIVES; life++) {
      const { program, rest } = await start(path);
      expect(JSON.stringify((await rest.get('/api/ports')).body)).toBe(await stateOf());
      const share = (EDITS / LIVES) * life;
      const fatal = life < LIVES ? share - randomInt(EDITS / LIVES / 2) : EDITS + 1;
      while (made < EDITS && program.child.exitCode === null && !program.child.killed) {
        const { after, ask } = randomEdit(ports);
        possible.add(JSON.stringify(after));
        const answer = ask(rest)
          .then(({ status }) => status)
          .catch(() => 'none');
        made++;
        if (made < fatal) {
          expect([200, 201]).toContain(await answer);
          ports = after;
          continue;
        }
        setTimeout(() => program.child.kill('SIGKILL'), randomInt(8));
        await program.ended;
        const state = await stateOf();
        if ((await answer) === 'none')
          expect([JSON.stringify(ports), JSON.stringify(after)]).toContain(state);
        else expect(state).toBe(JSON.stringify(after));
        ports = JSON.parse(state) as Entry[];
        kills++;
      }
    }
    reading = false;
    await Promise.all(readers);
    expect(await stateOf()).toBe(JSON.stringify(ports));
    expect([made, kills, reads > EDITS]).toEqual([EDITS, LIVES - 1, true]);
  }, 180_000);
});
