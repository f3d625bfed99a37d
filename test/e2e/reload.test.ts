import { afterEach, describe, expect, it } from '@jest/globals';
import { readFile, rename, writeFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { closeClients, connectTcp } from '../support/client.js';
import { configFile, endPrograms, Program } from '../support/program.js';

const EDITS = 100;
/** Clients of ports that nobody touches. */
const CLIENTS = 4;

afterEach(async () => {
  closeClients();
  await endPrograms();
});

const port = (name: string, more: object = {}) => ({
  name,
  serial: { port: 'loop://' },
  servers: [{ protocol: 'tcp', address: '127.0.0.1', port: 0 }],
  ...more,
});
const pick = <T>(list: readonly T[]): T => list[Math.floor(Math.random() * list.length)] as T;

/** Sends numbered lines all the time and checks that each comes back in its place. */
class Load {
  #sent = 0;
  #seen = 0;
  #rest = '';
  #ended: string | undefined;

  constructor(private readonly socket: Socket) {
    socket.on('data', (data: Buffer) => this.#check(data.toString()));
    socket.on('close', () => (this.#ended ??= 'the connection has ended'));
    this.#send();
  }

  /** How many came back so far; throws what went wrong. */
  get seen(): number {
    if (this.#ended) throw new Error(`after ${this.#seen} lines: ${this.#ended}`);
    return this.#seen;
  }

  #send(): void {
    if (this.socket.destroyed) return;
    const line = `${'x'.repeat(500)} ${this.#sent++}\n`;
    this.socket.write(line, () => void setTimeout(() => this.#send(), 1));
  }

  #check(data: string): void {
    const lines = (this.#rest + data).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line !== `${'x'.repeat(500)} ${this.#seen}`) this.#ended ??= `got ${line.slice(-40)}`;
      this.#seen++;
    }
  }
}

const kept = Array.from({ length: CLIENTS }, (_, index) => port(`kept ${index}`));

/** One of the ways in which people edit; each is a file that may be used, and adds a port of its own. */
function anEdit(count: number): string {
  const others = Array.from({ length: Math.floor(Math.random() * 3) }, (_, index) =>
    port(
      `other ${index}`,
      pick([{}, { serial: { port: 'loop://', baudrate: 300 } }, { max_connections: 2 }]),
    ),
  );
  const ports = [...kept];
  // Into any place: the index of a port says nothing about which it is.
  for (const other of [port(`edit ${count}`, { serial: { port: `/nowhere/${count}` } }), ...others])
    ports.splice(Math.floor(Math.random() * (ports.length + 1)), 0, other);
  return JSON.stringify({ ports }, null, pick([0, 1, 4]));
}

/** A file that may not be used, and on which line it says so: the same thing is logged once a second only. */
function broken(count: number): string {
  const text = JSON.stringify(JSON.parse(anEdit(count)));
  const entry = (more: object) => JSON.stringify({ ports: [...kept, more] });
  return (
    '\n'.repeat(count) +
    pick([
      text.slice(0, 10 + Math.floor(Math.random() * 100)),
      text.replaceAll(':', ''),
      `${text} and more`,
      JSON.stringify({ ports: kept[0] }),
      JSON.stringify({ ports: [], users: [{ login: 'a' }] }),
      entry({ serial: { port: 'x', baudrat: 1 } }),
      entry(port('y', { servers: [{ protocol: 'udp' }] })),
      entry(port('taken', { servers: [{ protocol: 'tcp', address: '192.0.2.1', port: count }] })),
    ])
  );
}

describe(`${EDITS} random edits of the file under load`, () => {
  it('cost the clients of untouched ports nothing, and broken ones change nothing', async () => {
    const path = await configFile({ ports: kept });
    const program = new Program(['-v', '-c', path]);
    await program.said(/serving /);
    const where = [...program.stderr.matchAll(/\[kept \d tcp\] listening on \S+:(\d+)\n/g)];
    expect(where).toHaveLength(CLIENTS);
    const loads = await Promise.all(
      where.map(async ([, tcpPort]) => new Load((await connectTcp(Number(tcpPort))).socket)),
    );
    let edited = 0;
    for (let count = 1; count <= EDITS; count++) {
      const bad = Math.random() < 0.4;
      const text = bad ? broken(count) : anEdit(count);
      const inPlace = Math.random() < 0.5;
      await writeFile(inPlace ? path : `${path}.new`, text);
      if (!inPlace) await rename(`${path}.new`, path);
      if (Math.random() < 0.7) program.child.kill('SIGHUP');
      if (bad)
        await program.said(new RegExp(`is not used: .*(line ${count + 1},|192\\.0\\.2\\.1:${count}:)`));
      else await program.said(new RegExp(`\\[edit ${count} tcp\\] listening on`));
      if (!bad) edited++;
      expect(await readFile(path, 'utf8')).toBe(text);
    }
    // Those that a refused edit would have ended listen again.
    expect(new Set(program.stderr.match(/\[edit \d+ tcp\] listening on/g)).size).toBe(edited);
    for (const load of loads) expect(load.seen).toBeGreaterThan(EDITS);
    for (const [index] of loads.entries())
      expect(program.stderr.split(`[kept ${index} tcp] listening`)).toHaveLength(2);
    expect(program.stderr).not.toMatch(/dropped|closing |internal error/);
  }, 120_000);
});

describe('SIGHUP', () => {
  it('takes the file in at once, and answers also when there is nothing to do', async () => {
    const path = await configFile({ ports: [port('a')] });
    const program = new Program(['-v', '-c', path]);
    await program.said(/serving /);
    program.child.kill('SIGHUP');
    await program.said(/INFO \[configuration\] SIGHUP: \S+ is what runs\n/);
    await writeFile(path, JSON.stringify({ ports: [port('a'), port('b')] }));
    program.child.kill('SIGHUP');
    await program.said(/INFO \[b tcp\] listening on /);
    await program.said(/INFO \[configuration\] \S+ was edited and is in use\n/);
  });
});
