#!/usr/bin/env node
/**
 * `npm run test:hardware`: the tests that need serial ports of a real kernel. They run against a virtual machine that
 * `rig` starts (SER2TCP_RIG, or ../shared/rig/rig); where it cannot, they are skipped and a line says why.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, setup } from './setup.mjs';

const rig = process.env.SER2TCP_RIG || join(root, '..', 'shared', 'rig', 'rig');
// A name of its own: several runs may be under way.
const env = { ...process.env, RIG_NAME: `ser2tcp-${process.pid}` };
/** TCP ports of the guest that are reached from here. */
const TCP_PORTS = '30001-30060';

/** What the server needs at run time, put in its place in the guest: all of node_modules would take four times as long. */
function project() {
  const { packages } = JSON.parse(readFileSync(join(root, 'node_modules', '.package-lock.json'), 'utf8'));
  const needed = Object.entries(packages)
    .filter(([path, { dev, devOptional }]) => !dev && !devOptional && existsSync(join(root, path)))
    .map(([path]) => path)
    .filter((path) => path.lastIndexOf('node_modules/') === 0);
  return [
    `${join(root, 'package.json')}:/project`,
    ...['dist', ...needed].map((path) => `${join(root, path)}:/project/${path}`),
  ].flatMap((folder) => ['--project', folder]);
}

const upArguments = () => ['up', '--fwd', TCP_PORTS, '--bin', 'stty', ...project()];

/** Starts the virtual machine; returns why that is not possible. */
function up() {
  if (!existsSync(rig)) return `there is no ${rig}; SER2TCP_RIG names another place`;
  if (process.getuid?.() !== 0) return 'the rig needs root to start a virtual machine';
  console.log('hardware: starting the virtual machine; the first time it is fetched and built');
  const { status, error, stderr } = spawnSync(rig, upArguments(), {
    env,
    encoding: 'utf8',
    timeout: 600_000,
  });
  if (status === 0) return undefined;
  down();
  // Ctrl-C, as the rig has it.
  if (stderr.includes('KeyboardInterrupt')) process.exit(130);
  return `the rig does not start: ${error?.message ?? stderr.trim().replace(/\s*\n\s*/g, ' | ')}`;
}

function down() {
  spawnSync(rig, ['down'], { env, stdio: 'ignore' });
}

setup();
// Ctrl-C reaches jest by itself; the virtual machine has to be ended in any case.
process.on('SIGINT', () => {});
const trouble = up();
if (trouble) console.log(`hardware: the tests are skipped: ${trouble}`);
const jest = spawn(
  process.execPath,
  [
    '--experimental-vm-modules',
    '--no-warnings',
    join('node_modules', 'jest', 'bin', 'jest.js'),
    '--config',
    'jest.hardware.mjs',
    ...process.argv.slice(2),
  ],
  {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...env,
      SER2TCP_RIG: trouble ? '' : rig,
      SER2TCP_NO_RIG: trouble ?? '',
      // For a test that wants another one.
      SER2TCP_RIG_UP: JSON.stringify(upArguments()),
    },
  },
);
process.on('SIGTERM', () => jest.kill('SIGTERM'));
jest.on('exit', (status) => {
  if (!trouble) down();
  process.exit(status ?? 1);
});
