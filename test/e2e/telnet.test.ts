import { afterEach, describe, expect, it } from '@jest/globals';
import { LoopDevice } from '../../src/serial/loop-device.js';
import { endChildren, startOnTerminal, type Child } from '../support/child.js';
import { closeClients, connectTcp } from '../support/client.js';
import { describeWith } from '../support/needs.js';
import { closePtys, openPty, type Pty } from '../support/pty.js';
import { Reader } from '../support/reader.js';
import { startServer, stopServers, type TestServer } from '../support/server.js';
import { hex, toHex } from '../support/wire.js';

const GREETING = 'ff fb 03 ff fd 03 ff fb 01 ff fe 01 ff fb 00 ff fd 00';
/** What a willing client answers to it: yes to all, and no echo of its own. */
const WILLING = 'ff fd 03 ff fb 03 ff fd 01 ff fc 01 ff fd 00 ff fb 00';
const UNWILLING = 'ff fe 03 ff fc 03 ff fe 01 ff fc 01 ff fe 00 ff fc 00';
const PRESENCE = toHex(Buffer.from('\r\n[ser2tcp: yes]\r\n'));
/** The key that takes telnet to its own prompt. */
const ESCAPE_KEY = '\x1d';
const EVERY_BYTE = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));

const config = (port: string) => ({
  ports: [{ serial: { port }, servers: [{ protocol: 'telnet', address: '127.0.0.1', port: 0 }] }],
});

interface Session extends Child {
  readonly server: TestServer;
  readonly pty: Pty;
  /** What the device gets. */
  readonly device: Reader;
}

afterEach(async () => {
  await endChildren();
  closeClients();
  await stopServers();
  await closePtys();
});

/** A client on a terminal, and a device that has greeted it: the negotiation went before the prompt. */
async function session(command: (port: number) => string): Promise<Session> {
  const pty = await openPty();
  const server = await startServer(config(pty.path));
  const client = startOnTerminal(command(server.tcpPort()));
  await server.log.line(/ connected /);
  pty.send.write('login:');
  await client.out.upTo('login:');
  return { ...client, server, pty, device: new Reader(pty.got) };
}

/** Goes to telnet's own prompt and gives a command there. */
async function command({ in: keyboard, out: screen }: Child, text: string): Promise<void> {
  keyboard.write(ESCAPE_KEY);
  await screen.upTo('telnet> ');
  keyboard.write(`${text}\r`);
  await screen.upTo(`${text}\r\n`);
}

/** It shows nothing of the device while it is at its own prompt. */
async function isBack({ out: screen }: Child, { send }: Pty): Promise<void> {
  send.write('$');
  await screen.upTo('$');
}

function isTransparent(start: (port: number) => string, typed: Buffer): void {
  it('sends each key to the device at once, and shows only what the device sends', async () => {
    const { in: keyboard, out: screen, pty, device } = await session(start);
    for (const key of 'show\r') {
      keyboard.write(key);
      expect(await device.text(1)).toBe(key);
    }
    pty.send.write('sh');
    expect(await screen.text(2)).toBe('sh');
  });

  it('sends one CR for Enter', async () => {
    const { in: keyboard, device } = await session(start);
    keyboard.write('a\r\rb');
    expect(await device.text(4)).toBe('a\r\rb');
  });

  it('sends every byte that can be typed, 0xFF among them, as it is', async () => {
    const { in: keyboard, device } = await session(start);
    keyboard.write(typed);
    expect(toHex(await device.take(typed.length))).toBe(toHex(typed));
  });

  it('shows every byte of the device, 0xFF among them, as it is', async () => {
    const { out: screen, pty } = await session(start);
    pty.send.write(EVERY_BYTE);
    expect(toHex(await screen.take(256))).toBe(toHex(EVERY_BYTE));
  });
}

describeWith(['socat', 'plink'], 'plink', () => {
  isTransparent((port) => `plink -telnet -P ${port} 127.0.0.1`, EVERY_BYTE);
});

describeWith(['socat', 'telnet'], 'telnet', () => {
  const start = (port: number) => `telnet 127.0.0.1 ${port}`;
  isTransparent(start, Buffer.from(EVERY_BYTE.filter((byte) => byte !== ESCAPE_KEY.charCodeAt(0))));

  it('without an escape key sends that too', async () => {
    const { in: keyboard, device } = await session((port) => `telnet -E 127.0.0.1 ${port}`);
    keyboard.write(`${ESCAPE_KEY}a`);
    expect(await device.text(2)).toBe(`${ESCAPE_KEY}a`);
  });

  it('sends one CR for Enter when it has given up BINARY', async () => {
    const { device, pty, ...client } = await session(start);
    await command(client, 'unset outbinary');
    await isBack(client, pty);
    client.in.write('a\r\rb\xff', 'latin1');
    expect(toHex(await device.take(5))).toBe('61 0d 0d 62 ff');
  });

  it('shows the answer to "send ayt", and the device gets nothing of it', async () => {
    const { device, ...client } = await session(start);
    await command(client, 'send ayt');
    expect(await client.out.upTo('yes]\r\n')).toBe('\r\n[ser2tcp: yes]\r\n');
    client.in.write('b');
    expect(await device.text(1)).toBe('b');
  });

  it('sends a break with "send brk", before what is typed after it', async () => {
    const breaks: boolean[] = [];
    class Device extends LoopDevice {
      override setBreak(on?: boolean): Promise<void> {
        breaks.push(on ?? false);
        return super.setBreak();
      }
    }
    const server = await startServer(config('loop://'), () => Promise.resolve(new Device()));
    const client = startOnTerminal(start(server.tcpPort()));
    await server.log.line(/ connected /);
    await client.out.upTo('^]');
    await command(client, 'send brk');
    await command(client, 'send ayt');
    await client.out.upTo('yes]\r\n');
    client.in.write('z');
    expect(await client.out.upTo('z')).toBe('z');
    expect(breaks).toEqual([true, false]);
  });

  it('goes on after a break for a device that has none', async () => {
    const { server, device, pty, ...client } = await session(start);
    await command(client, 'send brk');
    await command(client, 'send brk');
    await isBack(client, pty);
    client.in.write('b');
    expect(await device.text(1)).toBe('b');
    expect(server.log.lines.filter((line) => /^(WARNING|ERROR)/.test(line)).length).toBeLessThanOrEqual(1);
  });

  it('ends when the server does', async () => {
    const { server, ended } = await session(start);
    await server.stop();
    expect((await ended).status).not.toBeNull();
  });
});

describe('a telnet client of any kind', () => {
  it.each([
    ['agrees to all', WILLING, '', '61 0d 00 ff ff 62', '61 0d 00 ff 62'],
    ['refuses all', UNWILLING, '', '61 0d 00 0d 0a ff ff 62', '61 0d 0d ff 62'],
    ['says nothing', '', '', '61 0d 00 62', '61 0d 62'],
    ['agrees twice', WILLING + WILLING, '', '61', '61'],
    [
      'offers window size, speed, terminal and environment',
      'ff fb 1f ff fb 20 ff fb 18 ff fb 27 ff fb 1f',
      'ff fe 1f ff fe 20 ff fe 18 ff fe 27',
      '61',
      '61',
    ],
    ['wants the status and a timing mark', 'ff fd 05 ff fd 06', 'ff fc 05 ff fc 06', '61', '61'],
    ['takes BINARY back', `${WILLING} ff fc 00`, 'ff fe 00', '61 0d 00 62', '61 0d 62'],
    [
      'takes the echo back, and gives it again',
      `${WILLING} ff fe 01 ff fd 01`,
      'ff fc 01 ff fb 01',
      '61',
      '61',
    ],
    ['insists on an echo of its own', 'ff fb 01 ff fb 01', 'ff fe 01', '61', '61'],
    ['sends a window size nobody asked for', 'ff fa 1f 00 50 00 18 ff f0', '', '61', '61'],
    ['asks whether anybody is there', 'ff f6', PRESENCE, '61', '61'],
    ['sends NOP, IP, AO, EC, EL and GA', 'ff f1 ff f4 ff f5 ff f7 ff f8 ff f9', '', '61', '61'],
  ])(
    'that %s gets the right answers, and the device its data',
    async (_what, sent, answers, data, arrives) => {
      const server = await startServer(config('loop://'));
      const { socket, got } = await connectTcp(server.tcpPort());
      expect(toHex(await got.take(hex(GREETING).length))).toBe(GREETING);
      socket.write(hex(sent + data));
      const echo = toHex(hex(arrives.replaceAll('ff', 'ffff')));
      const expected = [answers, echo].filter(Boolean).join(' ');
      expect(toHex(await got.take(hex(expected).length))).toBe(expected);
    },
  );
});
