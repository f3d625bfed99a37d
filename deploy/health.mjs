#!/usr/bin/env node
/**
 * Asks a ser2tcp on this machine whether it lives: `node health.mjs CONFIG`, status 0 or 1. The addresses are those of the
 * configuration's http entries; one that answers is enough, and certificates are not looked at.
 */
import { readFileSync } from 'node:fs';
import { get } from 'node:http';
import { get as getSecure } from 'node:https';

const TIMEOUT_MS = 4000;
const ANY = { '': '127.0.0.1', '0.0.0.0': '127.0.0.1', '::': '::1' };

function lives({ address = '127.0.0.1', port, ssl }) {
  const options = { host: ANY[address] ?? address, port, path: '/api/health/live', timeout: TIMEOUT_MS };
  return new Promise((resolve, reject) => {
    const answered = (response) => {
      response.resume();
      if (response.statusCode === 200) resolve();
      else reject(new Error(`status ${response.statusCode}`));
    };
    const request = ssl
      ? getSecure({ ...options, rejectUnauthorized: false }, answered)
      : get(options, answered);
    request.on('timeout', () => request.destroy(new Error('no answer')));
    request.on('error', reject);
  });
}

try {
  const { http = [] } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
  const entries = [http].flat();
  if (entries.length > 0) await Promise.any(entries.map(lives));
} catch (error) {
  console.error((error.errors ?? [error]).map(({ message }) => message).join('; '));
  process.exitCode = 1;
}
