/** Clients that mean no good, from `go` on and for as long as this process runs. */
import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { finish, job, readyAsync } from './child.mjs';

const PASSWORD_GUESSES = 50;
const MALFORMED_REQUESTS = 100;
const LARGE_BODIES = 5;
const HALF_HEADERS = 200;
const TOO_LARGE = 2 * 1024 * 1024;
/** 50 MiB/s, about what a tty takes; more would be a load on the machine where somebody takes all of it. */
const GARBAGE = { perSecond: 100, bytes: 512 * 1024 };

const request = (line, body = '', headers = '') =>
  `${line} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n${headers}\r\n${body}`;

const MALFORMED = [
  request('POST /api/ports', '{"name": "a",\n "serial": }'),
  request('POST /api/ports', '{"serial": 5}'),
  request('POST /api/ports', `{"serial": {"port": "loop://", "baudrate": ${'['.repeat(5000)}`),
  request('GET /%00'),
  request('GET /%ff%'),
  request(`GET /${'x'.repeat(10_000)}`),
  request(`GET /${'x'.repeat(20_000)}`),
  request('GET /api/status?token=a&token=b'),
  request('GET /api/status', '', 'Content-Length: 2\r\nContent-Length: 3\r\n'),
  request('GET /api/status', '', 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n'),
  request('BREW /api/status'),
  'no HTTP\r\n\r\n',
];
const LARGE = request('POST /api/ports', JSON.stringify('x'.repeat(TOO_LARGE)));

let count = 0;
let sent = 0;
const statuses = {};

const jobs = {
  requests() {
    for (let opened = 0; opened < HALF_HEADERS; opened++) halfHeader();
    every(MALFORMED_REQUESTS, () => ask(MALFORMED[count++ % MALFORMED.length]));
    every(LARGE_BODIES, () => ask(LARGE));
  },

  guesses() {
    every(PASSWORD_GUESSES, () => {
      const body = JSON.stringify({ login: `user${++count % 7}`, password: `guess ${count}` });
      ask(request('POST /api/login', body, 'Connection: close\r\n'));
    });
  },

  garbage() {
    const bytes = randomBytes(GARBAGE.bytes);
    const socket = connect({ port: job.tcp, host: '127.0.0.1' });
    socket.resume();
    every(GARBAGE.perSecond, () => {
      if (socket.writableLength > 0) return;
      socket.write(bytes);
      sent += bytes.length;
    });
  },
};

function every(perSecond, act) {
  setInterval(() => act(), 1000 / perSecond);
}

/** Sends a request and counts what came. */
function ask(text) {
  const to = { port: job.http, host: '127.0.0.1', localAddress: job.from };
  const socket = connect(to, () => socket.write(text));
  socket.once('data', (answer) => {
    const [, status] = /^HTTP\/1.1 (\d+)/.exec(answer.toString('latin1')) ?? [];
    statuses[status] = (statuses[status] ?? 0) + 1;
    socket.destroy();
  });
  socket.on('error', () => {});
}

/** When it is cut off, it comes again. */
function halfHeader() {
  const socket = connect(job.http, '127.0.0.1', () =>
    socket.write('GET /api/status HTTP/1.1\r\nHost: local'),
  );
  socket.on('error', () => {}).on('close', () => setTimeout(halfHeader, 100));
  socket.resume();
}

await readyAsync();
jobs[job.job]();
setTimeout(() => finish({ statuses, sent }), 500);
