/** Programs that use the REST API. */
import { Agent, request } from 'node:http';
import { Agent as SecureAgent, request as secureRequest } from 'node:https';
import { ADMIN, LOGIN, USER } from '../plan.mjs';

const ANSWER_MS = 30_000;

/** Asks a server; its connections are kept between calls, until `close`. */
export class Api {
  /** @param web `port`, and `ca` where it is https */
  constructor(web) {
    this.web = web;
    this.agent = new (web.ca ? SecureAgent : Agent)({ keepAlive: true, maxSockets: 4 });
  }

  /** @returns `status`, and `body`: JSON, or text where it is none */
  call(method, path, { body, token = ADMIN, localAddress } = {}) {
    const text = body === undefined ? '' : JSON.stringify(body);
    const headers = {
      ...(token && { Authorization: `Bearer ${token}` }),
      ...(text && { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) }),
    };
    const agent = localAddress === undefined ? this.agent : false;
    const options = {
      host: '127.0.0.1',
      ...this.web,
      method,
      path,
      headers,
      agent,
      localAddress,
      timeout: ANSWER_MS,
    };
    return new Promise((resolve, reject) => {
      const asked = (this.web.ca ? secureRequest : request)(options);
      asked.on('response', (answer) => {
        const read = async () => ({
          status: answer.statusCode,
          body: parsed(Buffer.concat(await answer.toArray())),
        });
        read().then(resolve, reject);
      });
      asked.on('timeout', () => asked.destroy(new Error(`no answer to ${method} ${path} within 30 s`)));
      asked.on('error', reject).end(text);
    });
  }

  close() {
    this.agent.destroy();
  }
}

function parsed(bytes) {
  const text = bytes.toString();
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const READS = [
  '/api/status',
  '/api/ports',
  '/api/detect',
  '/api/signals',
  '/api/settings',
  '/api/tokens',
  '/api/users',
  '/metrics',
];

/** Asks for this and that, with a token or after a login. */
export async function restCaller(world, random, signal) {
  const api = new Api(world.optionsFor(random).web);
  const until = performance.now() + random.between(...world.life) * 1000;
  const expect = async (status, method, path, options) => {
    const answer = await api.call(method, path, options);
    world.tally.event('REST calls');
    if (answer.status !== status)
      world.tally.fault(
        `${method} ${path}: ${answer.status} in place of ${status}: ${JSON.stringify(answer.body)}`,
      );
    return answer.body;
  };
  try {
    const token = random.chance(0.1)
      ? (await expect(200, 'POST', '/api/login', { body: LOGIN, token: '' })).token
      : ADMIN;
    while (performance.now() < until && !signal.aborted) {
      await expect(200, 'GET', random.pick(READS), { token });
      if (random.chance(0.3))
        await expect(200, 'GET', `/api/status?port=${random.pick(world.steady).name}`, { token: USER });
      if (random.chance(0.2)) await expect(200, 'GET', '/api/health/ready', { token: '' });
      if (random.chance(0.2)) await expect(403, 'GET', '/api/users', { token: USER });
      if (random.chance(0.2)) await expect(401, 'GET', '/api/ports', { token: 'wrong' });
      await random.pause(0.05, 1, signal);
    }
    if (token !== ADMIN) await expect(200, 'POST', '/api/logout', { token });
  } finally {
    api.close();
  }
}
