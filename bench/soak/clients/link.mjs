/** A connection to a port, whatever the protocol: bytes both ways, and how it ended. */
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { WebSocket } from 'ws';
import { Control, Raw, Telnet } from './codecs.mjs';

const CONNECT_MS = 12_000;
const LOCAL = '127.0.0.1';

/** Over a socket of the system, or TLS. */
class SocketLink {
  /** Called with the data that comes. */
  data = () => {};
  closed;

  /** @param name how the server's log calls it; for a Unix socket the path */
  constructor(socket, name, codecFor) {
    this.socket = socket;
    this.name = name;
    this.codec = codecFor((bytes) => socket.write(bytes));
    this.closed = new Promise((resolve) => {
      let error;
      socket.on('error', (problem) => (error = problem));
      socket.on('close', () => resolve(error?.code ?? 'end'));
    });
    // The server has said its last; what waits here is still to be sent.
    socket.on('end', () => socket.end());
    socket.on('data', (bytes) => this.data(this.codec.decode(bytes)));
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
  data = () => {};
  text = () => {};
  ready = true;

  constructor(ws, name) {
    this.ws = ws;
    this.name = name;
    this.closed = new Promise((resolve) => {
      ws.on('error', () => {});
      ws.on('close', (code, reason) => resolve(`${code} ${reason}`));
    });
    ws.on('message', (message, binary) => (binary ? this.data(message) : this.text(JSON.parse(message))));
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
  if (protocol === 'socket') return openSocket(connect(address), codecOf(control), address);
  const codec = protocol === 'telnet' ? (reply) => new Telnet(options.binary, reply) : codecOf(control);
  return openSocket(connect({ host: LOCAL, port, noDelay: true }), codec);
}

const codecOf = (control) => () => (control ? new Control() : new Raw());

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
  let name;
  ws.on('upgrade', ({ socket }) => (name = `${LOCAL}:${socket.localPort}`));
  // The first messages may come with the answer to the handshake.
  const early = [];
  const keep = (...message) => early.push(message);
  ws.on('message', keep);
  await first(ws, 'open');
  const link = new WebSocketLink(ws, name);
  ws.off('message', keep);
  // After whoever waits for the link has said what is to be done with them.
  process.nextTick(() => early.forEach((message) => ws.emit('message', ...message)));
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
