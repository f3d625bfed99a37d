/** A connection to a port, whatever the protocol: bytes both ways, and how it ended. */
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { WebSocket } from 'ws';
import { Control, Raw, Telnet } from './codecs.mjs';

const CONNECT_MS = 30_000;
const LOCAL = '127.0.0.1';

/** Keeps what comes until somebody wants it. */
class Inbox {
  #taker;
  #early = [];

  set taker(taker) {
    this.#taker = taker;
    this.#early.splice(0).forEach((item) => taker(item));
  }

  put(item) {
    if (this.#taker) this.#taker(item);
    else this.#early.push(item);
  }
}

/** Over a socket of the system, or TLS. */
class SocketLink {
  #inbox = new Inbox();
  closed;

  /** @param name how the server's log calls it; for a Unix socket the path */
  constructor(socket, name, codecFor) {
    this.socket = socket;
    this.name = name;
    this.codec = codecFor((bytes) => socket.write(bytes));
    this.closed = new Promise((resolve) => {
      let error;
      socket.on('error', (problem) => (error = problem));
      socket.on('close', () => resolve(error?.code ?? error?.message ?? 'end'));
    });
    // The server has said its last; what waits here is still to be sent.
    socket.on('end', () => socket.end());
    socket.on('data', (bytes) => {
      try {
        this.#inbox.put(this.codec.decode(bytes));
      } catch (error) {
        socket.destroy(error);
      }
    });
  }

  /** Who is called with the data that comes, and has come. */
  set data(taker) {
    this.#inbox.taker = taker;
  }

  get ready() {
    return this.codec.ready;
  }

  send(bytes) {
    if (this.socket.writable) this.socket.write(this.codec.encode(bytes));
  }

  pause() {
    this.socket.pause();
  }

  resume() {
    this.socket.resume();
  }

  /** Ends its own direction; what was sent before goes out. */
  end() {
    this.socket.end();
  }

  kill() {
    this.socket.destroy();
  }
}

/** Over a WebSocket. */
class WebSocketLink {
  #binary = new Inbox();
  #text = new Inbox();
  ready = true;

  constructor(ws) {
    this.ws = ws;
    ws.on('upgrade', ({ socket }) => (this.name = `${LOCAL}:${socket.localPort}`));
    this.closed = new Promise((resolve) => {
      ws.on('error', () => {});
      ws.on('close', (code, reason) => resolve(`${code} ${reason}`));
    });
    ws.on('message', (message, binary) =>
      binary ? this.#binary.put(message) : this.#text.put(JSON.parse(message)),
    );
  }

  set data(taker) {
    this.#binary.taker = taker;
  }

  /** Who is called with the objects that stand in text frames. */
  set text(taker) {
    this.#text.taker = taker;
  }

  send(bytes) {
    if (this.ws.readyState === WebSocket.OPEN) this.ws.send(bytes);
  }

  pause() {
    this.ws.pause();
  }

  resume() {
    this.ws.resume();
  }

  end() {
    this.ws.close(1000);
  }

  kill() {
    this.ws.terminate();
  }
}

/** Connects to a server entry of the plan. @throws when that is refused, with the `code` of the system or the HTTP status */
export async function open(entry, options) {
  const { protocol, address, port, control } = entry;
  if (protocol === 'websocket') return openWebSocket(`/ws/${entry.endpoint}`, options);
  if (protocol === 'ssl')
    return openSocket(connectTls({ host: LOCAL, port, ca: options.ca }), codecOf(control));
  if (protocol === 'socket') return openUnix(address, codecOf(control), options.log);
  const codec = protocol === 'telnet' ? (reply) => new Telnet(options.binary, reply) : codecOf(control);
  return openSocket(connect({ host: LOCAL, port, noDelay: true }), codec);
}

const codecOf = (control) => () => (control ? new Control() : new Raw());

/** Who is connecting to a path; one after the other, since only the order tells how the server calls them. */
const connecting = new Map();

async function openUnix(path, codecFor, log) {
  const before = connecting.get(path);
  const turn = (async () => {
    await before?.catch(() => {});
    const named = log.said(new RegExp(`^connected (${path}#\\d+)$`), CONNECT_MS);
    const link = await openSocket(connect(path), codecFor, path);
    const [, name] = (await Promise.race([named, link.closed.then(() => undefined)])) ?? [];
    link.name = name ?? path;
    return link;
  })();
  connecting.set(path, turn);
  return turn;
}

async function openSocket(socket, codecFor, path) {
  await first(socket, 'encrypted' in socket ? 'secureConnect' : 'connect');
  return new SocketLink(socket, path ?? `${LOCAL}:${socket.localPort}`, codecFor);
}

/** @param to `web`: the http server to ask; `token`, and how it is shown */
export async function openWebSocket(path, { web: { port, ca }, token, how }) {
  const query = how === 'query' ? `?token=${token}` : '';
  const offered = how === 'protocol' ? ['ser2tcp', `bearer.${token}`] : [];
  const headers = how === 'header' ? { Authorization: `Bearer ${token}` } : {};
  const url = `${ca ? 'wss' : 'ws'}://${LOCAL}:${port}${path}${query}`;
  const ws = new WebSocket(url, offered, {
    headers,
    ca,
    handshakeTimeout: CONNECT_MS,
    perMessageDeflate: false,
  });
  const link = new WebSocketLink(ws);
  await first(ws, 'open');
  return link;
}

function first(emitter, event) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => end(Object.assign(new Error(`no ${event}`), { code: 'TIMEOUT' })),
      CONNECT_MS,
    );
    const done = () => end();
    const closed = () => end(Object.assign(new Error('closed'), { code: 'CLOSED' }));
    const end = (error) => {
      clearTimeout(timer);
      emitter.off(event, done).off('error', end).off('close', closed);
      if (!error) return resolve();
      emitter.on('error', () => {});
      (emitter.terminate ?? emitter.destroy).call(emitter);
      reject(error);
    };
    emitter.once(event, done).once('error', end).once('close', closed);
  });
}
