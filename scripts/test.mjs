#!/usr/bin/env node
/** `npm test`: sets everything up, what tests need from Debian included, and runs all of them. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { root, setup } from './setup.mjs';

/** Programs that tests use as clients and devices nobody here wrote, and the Debian packages that have them. */
const PROGRAMS = {
  socat: 'socat',
  openssl: 'openssl',
  telnet: 'inetutils-telnet',
  plink: 'putty-tools',
  'systemd-analyze': 'systemd',
  curl: 'curl',
  jq: 'jq',
  ip: 'iproute2',
  nginx: 'nginx',
  caddy: 'caddy',
  chromium: 'chromium',
  '/usr/lib/python3/dist-packages/serial/__init__.py': 'python3-serial',
  '/usr/lib/python3/dist-packages/websocket/__init__.py': 'python3-websocket',
};

const installed = (program) =>
  program.startsWith('/')
    ? existsSync(program)
    : (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));

const apt = (...args) =>
  spawnSync('apt-get', ['-qq', ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });

/** Where it cannot install them, the tests concerned say what they want and are skipped. */
function installPrograms() {
  const programs = Object.keys(PROGRAMS).filter((program) => !installed(program));
  const missing = [...new Set(programs.map((program) => PROGRAMS[program]))];
  if (!missing.length || process.getuid?.() !== 0 || !existsSync('/etc/debian_version')) return;
  console.log(`setup: installing Debian packages for the tests: ${missing.join(' ')}`);
  apt('update');
  if (apt('install', '-y', '--no-install-recommends', ...missing).status !== 0) {
    console.log('setup: that did not work; the tests that want them are skipped');
  }
}

setup();
installPrograms();
const jest = spawnSync(
  process.execPath,
  [
    '--experimental-vm-modules',
    '--no-warnings',
    join('node_modules', 'jest', 'bin', 'jest.js'),
    ...process.argv.slice(2),
  ],
  { cwd: root, stdio: 'inherit' },
);
process.exit(jest.status ?? 1);
