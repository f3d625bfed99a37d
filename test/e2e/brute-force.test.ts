import { afterEach, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { request } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as passed } from 'node:timers/promises';
import { hashPassword } from '../../src/auth/password.js';
import { type Client, closeClients, connectTcp } from '../support/client.js';
import { configFile, endPrograms, Program } from '../support/program.js';

afterEach(async () => {
  closeClients();
  await endPrograms();
});

const FLOOD = join(import.meta.dirname, '..', 'support', 'login-flood.mjs');
const PER_SECOND = 50;
/** Rounds of a second each, all of them under the guesses; what that costs a port is in bench/. */
const ROUNDS = 10;
const ROUND_MS = 1000;

/** Round trips over a port for a while. */
async function echoes({ socket, got }: Client): Promise<void> {
  const end = performance.now() + ROUND_MS;
  for (let round = 0; performance.now() < end; round++) {
    socket.write(`${round};`);
    expect(await got.upTo(';')).toBe(`${round};`);
    await passed(1);
  }
}

/** The status of a login with the right password, from another address. */
function loginFrom(address: string, url: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const headers = { 'Content-Type': 'application/json' };
    const asking = request(`${url}/api/login`, {
      method: 'POST',
      localAddress: address,
      agent: false,
      headers,
    });
    asking.on('error', reject).on('response', (answer) => resolve(answer.resume().statusCode));
    asking.end(JSON.stringify({ login: 'user1', password: 'right' }));
  });
}

async function attacked() {
  const path = await configFile({
    ports: [{ serial: { port: 'loop://' }, servers: [{ protocol: 'tcp', address: '127.0.0.1', port: 0 }] }],
    http: [{ address: '127.0.0.1', port: 0 }],
    users: [{ login: 'user1', password: await hashPassword('right'), admin: true }],
  });
  const program = new Program(['-v', '-c', path]);
  const [, url = ''] = await program.said(/listening on (http:\/\/\S+)\n/);
  const port = await program.said(/listening on 127\.0\.0\.1:(\d+)\n/);
  const client = await connectTcp(Number(port[1]));
  const flood = spawn(process.execPath, [FLOOD, url, String(PER_SECOND)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const told = text(flood.stdout);
  const owner: (number | undefined)[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    await echoes(client);
    if (round % 3 === 0) owner.push(await loginFrom('127.0.0.2', url));
  }
  flood.stdin.end();
  return { statuses: JSON.parse(await told) as Record<string, number | boolean>, owner };
}

describe('fifty guesses of passwords a second', () => {
  it('are refused, stop no port, and keep no owner from logging in elsewhere', async () => {
    const { statuses, owner } = await attacked();
    const { 401: failed = 0, 429: refused = 0, ...others } = statuses;
    // Twenty failures in a minute, and what was being checked when the last of them came.
    expect(Number(failed)).toBeLessThanOrEqual(21);
    expect(Number(failed)).toBeGreaterThanOrEqual(5);
    expect(Number(refused)).toBeGreaterThan(Number(failed));
    expect(others).toEqual({});
    expect(owner).toEqual([200, 200, 200, 200]);
  });
});
