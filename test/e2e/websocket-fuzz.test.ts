import { afterEach, describe, expect, it } from '@jest/globals';
import { createCipheriv } from 'node:crypto';
import { closeClients, connectTcp } from '../support/client.js';
import { configFile, endPrograms, Program } from '../support/program.js';
import { clientFrame, closeWsClients, connectWs, upgradeRequest } from '../support/websocket.js';

/** Another number gives other frames. */
const SEED = Number(process.env['SEED'] ?? 5);
const CONNECTIONS = 400;
const MIB = 1024 * 1024;
/** Lines as the program writes them; stack traces and Node's own warnings have no time in front. */
const LOG_LINE = /^\d{4}-\d\d-\d\dT[\d:.]+Z (DEBUG|INFO|WARNING|ERROR) \[/;

afterEach(async () => {
  closeClients();
  closeWsClients();
  await endPrograms();
});

const cipher = createCipheriv('aes-128-ctr', Buffer.alloc(16, SEED), Buffer.alloc(16));
/** The same in each run. */
const bytes = (count: number) => cipher.update(Buffer.alloc(count));
const below = (count: number) => bytes(4).readUInt32LE() % count;
const any = <T>(of: readonly T[]) => of[below(of.length)] as T;

/** The start of a frame that says what it likes of its length. */
function header(first: number, length: bigint): Buffer {
  const start = Buffer.alloc(14, 0);
  start[0] = first;
  start[1] = 0xff;
  start.writeBigUInt64BE(length, 2);
  return start;
}
function altered(frame: Buffer, change: (frame: Buffer) => void): Buffer {
  change(frame);
  return frame;
}
/** A text, since what has come of binary data is with the device already. */
const opened = () => clientFrame('text', bytes(below(200)), { fin: false });

/** What no client may send, and the code that it is told so by (RFC 6455, 7.4.1). */
const VIOLATIONS: Record<string, { code: number; make: () => Buffer }> = {
  'an unknown opcode': {
    code: 1002,
    make: () =>
      altered(clientFrame('binary', bytes(below(300))), (frame) => {
        frame[0] = 0x80 | any([3, 4, 5, 6, 7, 11, 12, 13, 14, 15]);
      }),
  },
  'reserved bits': {
    code: 1002,
    make: () =>
      altered(
        clientFrame('binary', bytes(below(300))),
        (frame) => void (frame[0]! |= any([0x10, 0x20, 0x40, 0x70])),
      ),
  },
  'no mask': {
    code: 1002,
    make: () => altered(clientFrame('text', bytes(10)), (frame) => void (frame[1]! &= 0x7f)),
  },
  'a control frame in fragments': {
    code: 1002,
    make: () => clientFrame(any(['ping', 'pong', 'close']), bytes(below(100)), { fin: false }),
  },
  'a control frame that is too long': {
    code: 1002,
    make: () => clientFrame(any(['ping', 'pong', 'close']), bytes(126 + below(1000))),
  },
  'a continuation of nothing': { code: 1002, make: () => clientFrame('continuation', bytes(below(100))) },
  'a message within another': {
    code: 1002,
    make: () =>
      Buffer.concat([opened(), clientFrame('ping'), clientFrame(any(['text', 'binary']), bytes(5))]),
  },
  'half a close code': { code: 1002, make: () => clientFrame('close', bytes(1)) },
  'a close code that may not be sent': {
    code: 1002,
    make: () =>
      clientFrame(
        'close',
        Buffer.from(any(['0000', '03e7', '03ec', '03ed', '03ee', '03f7', '1388', 'ffff']), 'hex'),
      ),
  },
  'a reason that is not UTF-8': {
    code: 1007,
    make: () => clientFrame('close', Buffer.from(`03e8${any(['ff', 'c080', 'eda080', 'e282'])}`, 'hex')),
  },
  'a text above 1 MiB': {
    code: 1009,
    make: () => header(any([0x81, 0x01]), any([BigInt(MIB) + 1n, 2n ** 32n, 2n ** 53n, 2n ** 64n - 1n])),
  },
  'a length that no data has': {
    code: 1009,
    make: () => header(any([0x82, 0x02]), any([2n ** 53n, 2n ** 63n, 2n ** 64n - 1n])),
  },
  'fragments above 1 MiB': {
    code: 1009,
    make: () =>
      Buffer.concat([
        clientFrame('text', bytes(MIB / 2), { fin: false }),
        clientFrame('continuation', bytes(MIB / 2), { fin: false }),
        clientFrame('continuation', bytes(1 + below(100))),
      ]),
  },
};

/** What anybody may send, if it makes sense or not; text alone, so that none of it is data for the device. */
const harmless = () =>
  any([
    () => clientFrame('text', bytes(below(300))),
    () => clientFrame('text', '{"rts": true, "break": "long"}'),
    () => clientFrame('ping', bytes(below(126))),
    () => clientFrame('pong', bytes(below(126))),
    () => clientFrame('binary'),
    () =>
      Buffer.concat([
        clientFrame('text', bytes(below(70_000)), { fin: false }),
        clientFrame('ping'),
        clientFrame('continuation', '', { fin: false }),
        clientFrame('continuation', bytes(below(200))),
      ]),
  ])();

/** The code of the close frame that a server's frames end with. */
function closeCode(wire: Buffer): number | undefined {
  let last: { opcode: number; payload: Buffer } | undefined;
  for (let at = 0; at < wire.length;) {
    const [short = 0, extended] = [wire[at + 1], wire[at + 1] === 126 ? 2 : 0];
    const length = extended ? wire.readUInt16BE(at + 2) : short;
    const begin = at + 2 + extended;
    last = { opcode: wire[at]! & 0x0f, payload: wire.subarray(begin, begin + length) };
    at = begin + length;
  }
  return last?.opcode === 8 && last.payload.length >= 2 ? last.payload.readUInt16BE() : undefined;
}

async function serve() {
  const endpoint = (name: string) => ({
    protocol: 'websocket',
    endpoint: name,
    control: { rts: true, signals: ['cts'] },
  });
  const ports = ['target', 'other'].map((name) => ({
    name,
    serial: { port: 'loop://' },
    servers: [endpoint(name)],
  }));
  const http = [{ address: '127.0.0.1', port: 0 }];
  const program = new Program(['-v', '-c', await configFile({ ports, http })]);
  const [, url = ''] = await program.said(/listening on (http:\S+)\n/);
  const connect = async (path: string) => {
    const client = await connectTcp(Number(new URL(url).port));
    client.socket.write(upgradeRequest(path));
    await client.got.upTo('\r\n\r\n');
    return client;
  };
  return { program, url, connect };
}

/** In as many reads as chance wants. */
function send(socket: { write(chunk: Buffer): unknown }, wire: Buffer): void {
  for (let at = 0; at < wire.length;) {
    const end = at + 1 + below(wire.length - at);
    socket.write(wire.subarray(at, end));
    at = end;
  }
}

function expectCalm({ child, stderr }: Program): void {
  expect(child.exitCode).toBeNull();
  const lines = stderr.trimEnd().split('\n');
  expect(lines.filter((line) => !LOG_LINE.test(line) || /ERROR|internal error/.test(line))).toEqual([]);
}

describe(`WebSocket frames that break the rules (SEED=${SEED})`, () => {
  it('end their connection with the code for it, reach no device, and hold nobody up', async () => {
    const { program, url, connect } = await serve();
    const other = await connectWs(`${url}/ws/other`);
    const witness = await connectWs(`${url}/ws/target`);
    const names = Object.keys(VIOLATIONS);
    for (let count = 0; count < CONNECTIONS; count++) {
      const name = names[count % names.length] as string;
      const { code, make } = VIOLATIONS[name]!;
      const client = await connect(count % 5 === 4 ? '/ws/monitor/target' : '/ws/target');
      const before = Array.from({ length: below(6) }, harmless);
      // What comes after it counts no more.
      const after = [clientFrame('binary', 'after'), bytes(below(1000))];
      send(client.socket, Buffer.concat([...before, make(), ...after]));
      const got = closeCode(await client.got.rest());
      expect({ count, name, code: got }).toEqual({ count, name, code });
      client.socket.destroy();
      expect(await other.echo(`still here ${count}`)).toBe(`still here ${count}`);
    }
    expect(await witness.echo('all')).toBe('all');
    expectCalm(program);
  }, 60_000);

  it('may be anything at all', async () => {
    const { program, url, connect } = await serve();
    const other = await connectWs(`${url}/ws/other`);
    for (let count = 0; count < 200; count++) {
      const client = await connect('/ws/target');
      client.socket.write(bytes(1 + below(64 * 1024)));
      client.socket.end();
      await client.got.rest();
      client.socket.destroy();
      expect(await other.echo(`still here ${count}`)).toBe(`still here ${count}`);
    }
    expect(await (await connectWs(`${url}/ws/target`)).echo('as ever')).toBe('as ever');
    expectCalm(program);
  }, 60_000);
});
