import { afterEach, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { closeClients, connectTcp } from '../support/client.js';
import { describeWith } from '../support/needs.js';
import { configFile, endPrograms, Program } from '../support/program.js';
import { closePtys, openPty } from '../support/pty.js';
import { Reader } from '../support/reader.js';
import { restOf } from '../support/rest.js';
import { tcp } from '../support/server.js';

const HTTP = [{ address: '127.0.0.1', port: 0 }];
type Rest = ReturnType<typeof restOf>;

afterEach(async () => {
  closeClients();
  await endPrograms();
  await closePtys();
});

async function start(path: string) {
  const program = new Program(['-v', '-c', path]);
  const [, url = ''] = await program.said(/listening on (http:\/\/\S+)/);
  return { program, rest: restOf(url) };
}

describeWith(['socat'], 'a port that is changed over REST while bytes go both ways', () => {
  const PIECE_BYTES = 16 * 1024;
  const server = (more: object = {}) => tcp({ send_timeout: 60, ...more });

  it('loses none of them, and no client of the servers that stay', async () => {
    const pty = await openPty();
    const port = (name: string) => ({ name, serial: { port: pty.path }, servers: [server(), server()] });
    const path = await configFile({
      http: HTTP,
      ports: [port('before'), { name: 'b', serial: { port: 'loop://' } }],
    });
    const { program, rest } = await start(path);
    const ports = [
      ...(await program.said(
        /\[before tcp \S+\] listening on \S+:(\d+)\n[^]*\[before tcp \S+\] listening on \S+:(\d+)\n/,
      )),
    ];
    const [reader, writer] = [await connectTcp(Number(ports[1])), await connectTcp(Number(ports[2]))];
    await program.saidTimes(2, ' connected ');
    const atDevice = new Reader(pty.got);
    const edits: ((rest: Rest) => Promise<{ status: number }>)[] = [
      (to) => to.patch('/api/ports/before', { name: 'after' }),
      (to) => to.patch('/api/ports/after', { servers: [server(), server(), server()] }),
      (to) => to.patch('/api/ports/after', { max_connections: 2, on_limit: 'kick-oldest' }),
      (to) =>
        to.patch('/api/ports/0', { servers: [server({ idle_timeout: 60, deny: ['10.0.0.0/8'] }), server()] }),
      (to) => to.post('/api/ports', { name: 'c', serial: { port: 'loop://' }, servers: [server()] }),
      (to) => to.delete('/api/ports/b'),
      (to) => to.put('/api/ports/after', { ...port('end'), max_connections: 3 }),
    ];
    for (const edit of edits) {
      const [down, up] = [randomBytes(PIECE_BYTES), randomBytes(PIECE_BYTES)];
      const half = PIECE_BYTES / 2;
      pty.send.write(down.subarray(0, half));
      writer.socket.write(up.subarray(0, half));
      const status = edit(rest).then((answer) => answer.status);
      pty.send.write(down.subarray(half));
      writer.socket.write(up.subarray(half));
      for (const client of [reader, writer])
        expect((await client.got.take(PIECE_BYTES)).equals(down)).toBe(true);
      expect((await atDevice.take(PIECE_BYTES)).equals(up)).toBe(true);
      expect([200, 201]).toContain(await status);
    }
    expect(program.stderr).not.toMatch(/disconnected|dropped|closing|WARNING/);
    reader.socket.destroy();
    await program.said(/INFO \[end tcp (?:\S+ )?c\d+\] disconnected /);
  }, 60_000);
});
