/** Clients that break the rules. Each must be answered or cut within a bounded time, and nobody else must notice. */
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { ADMIN, LOGIN } from '../plan.mjs';
import { upgradeRequest } from '../../generator/websocket.mjs';
import { Api } from './rest.mjs';

/** The longest that the server gives anybody (a request, 30 s), and more. */
const CUT_MS = 45_000;
/** Failed logins are counted by address, and must not be those of the others. */
const GUESSER = '127.0.0.66';
/** The first bytes of a ClientHello that does not come: a record of 512 bytes. */
const HALF_HELLO = Buffer.from('1603010200010001fc0303', 'hex');
const WRONG_FRAMES = {
  'a reserved opcode': [0x83, 0x80, 1, 2, 3, 4],
  'no mask': [0x82, 0x01, 0x41],
  'a reserved bit': [0xf2, 0x80, 1, 2, 3, 4],
  'a fragmented ping': [0x09, 0x80, 1, 2, 3, 4],
  'a frame of 2^63 bytes': [0x82, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4],
  'a text of 1 GiB': [0x81, 0xff, 0, 0, 0, 0, 0x40, 0, 0, 0, 1, 2, 3, 4],
  'a text that is no UTF-8, as a close reason': [0x88, 0x83, 0, 0, 0, 0, 0x03, 0xe8, 0xff],
};

/** Sends bytes and does no more; resolves when the server has ended it. */
async function cutAfter(world, what, socket, bytes, signal) {
  socket.on('error', () => {});
  const closed = new Promise((resolve) => socket.on('close', resolve));
  socket.resume();
  if (bytes.length) socket.write(bytes);
  const late = setTimeout(() => {
    world.tally.fault(`${what}: not cut within 45 s`);
    socket.destroy();
  }, CUT_MS);
  const leave = () => socket.destroy();
  signal.addEventListener('abort', leave);
  await closed;
  clearTimeout(late);
  signal.removeEventListener('abort', leave);
}

const local = (port) => connect({ host: '127.0.0.1', port });
const entryOf = (port, protocol) => port.servers.find((entry) => entry.protocol === protocol);

const ATTACKS = {
  'no TLS on an ssl server': (world, random, signal, what) => {
    const { port } = entryOf(random.pick(world.steady), 'ssl');
    return cutAfter(world, what, local(port), random.bytes(random.whole(1, 5000)), signal);
  },

  'half of a TLS handshake': (world, random, signal, what) => {
    const port = random.chance(0.5) ? entryOf(random.pick(world.steady), 'ssl').port : world.plan.https;
    return cutAfter(world, what, local(port), random.chance(0.5) ? HALF_HELLO : Buffer.alloc(0), signal);
  },

  'no HTTP': (world, random, signal, what) =>
    cutAfter(
      world,
      what,
      local(world.plan.http),
      Buffer.concat([random.bytes(500), Buffer.from('\r\n\r\n')]),
      signal,
    ),

  'a request without an end': (world, random, signal, what) => {
    const head = 'POST /api/login HTTP/1.1\r\nHost: 127.0.0.1\r\n';
    const text = random.chance(0.5) ? head : `${head}Content-Length: 100\r\n\r\n{"login`;
    return cutAfter(world, what, local(world.plan.http), Buffer.from(text), signal);
  },

  'headers without an end': (world, random, signal, what) => {
    const headers = `GET /api/status HTTP/1.1\r\n${'X-Much: of the same\r\n'.repeat(2000)}`;
    return cutAfter(world, what, local(world.plan.http), Buffer.from(headers), signal);
  },

  'a wrong WebSocket frame': (world, random, signal) => {
    const [name, frame] = random.pick(Object.entries(WRONG_FRAMES));
    const request = upgradeRequest(`/ws/${random.pick(world.steady).name}?token=${ADMIN}`);
    const bytes = Buffer.concat([Buffer.from(request), Buffer.from(frame)]);
    return cutAfter(world, `a WebSocket frame with ${name}`, local(world.plan.http), bytes, signal);
  },

  'a WebSocket with a wrong token': (world, random, signal, what) => {
    world.tally.event('WebSockets with a wrong token');
    const request = upgradeRequest(`/ws/${random.pick(world.steady).name}?token=guess${random.whole(0, 9)}`);
    return cutAfter(world, what, local(world.plan.http), Buffer.from(request), signal);
  },

  async 'wrong logins'(world, random, signal) {
    const api = new Api({ port: world.plan.http });
    for (let guess = 0; guess < 5 && !signal.aborted; guess++) {
      const body = { login: random.pick([LOGIN.login, 'root', 'admin']), password: `guess ${guess}` };
      const { status } = await api.call('POST', '/api/login', { body, token: '', localAddress: GUESSER });
      if (![401, 429].includes(status)) world.tally.fault(`a wrong login is answered with ${status}`);
      world.tally.event('wrong logins');
    }
    api.close();
  },

  async 'a TLS client that resets'(world, random) {
    const { port } = entryOf(random.pick(world.steady), 'ssl');
    const socket = connectTls({ host: '127.0.0.1', port, rejectUnauthorized: false });
    socket.on('error', () => {});
    await random.pause(0, 0.01);
    socket.destroy();
  },

  /** To a port that nobody else uses: it is data there. */
  async garbage(world, random, signal) {
    const { port } = random.pick(
      world.garbage.servers.filter((entry) => entry.port !== undefined && !entry.ssl),
    );
    const socket = local(port);
    socket.on('error', () => {});
    socket.resume();
    for (let write = 0; write < 20 && !signal.aborted; write++) {
      socket.write(random.chance(0.3) ? Buffer.alloc(5000, 0xff) : random.bytes(random.whole(1, 5000)));
      await random.pause(0, 0.2, signal);
    }
    if (random.chance(0.5)) socket.resetAndDestroy();
    else socket.destroy();
  },
};

export async function hostile(world, random, signal) {
  const what = random.pick(Object.keys(ATTACKS));
  world.tally.count(world.tally.attacks, what);
  await ATTACKS[what](world, random, signal, what);
  await random.pause(0.1, 1, signal);
}
