#!/usr/bin/env node
/**
 * Makes the checkout ready: installs packages, builds when sources are newer than the build, and says each step.
 * With nothing to do it only looks, so every other script begins with it. Node built-ins only: it runs before anything is
 * installed.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync, statSync, utimesSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Runs a command of this project to its end; a failure ends this process with its status. */
export function run(command, args, { quiet = false } = {}) {
  const { status, signal, error, stdout, stderr } = spawnSync(command, args, {
    cwd: root,
    stdio: quiet ? 'pipe' : 'inherit',
    shell: process.platform === 'win32',
  });
  if (status === 0) return;
  if (quiet) process.stderr.write(Buffer.concat([stdout ?? Buffer.alloc(0), stderr ?? Buffer.alloc(0)]));
  console.error(
    `setup: ${command} ${args.join(' ')} failed${error ? `: ${error.message}` : signal ? ` (${signal})` : ''}`,
  );
  process.exit(status ?? 1);
}

const modified = (path) => (existsSync(path) ? statSync(path).mtimeMs : 0);

function newest(path) {
  if (!existsSync(path)) return 0;
  if (!statSync(path).isDirectory()) return modified(path);
  return Math.max(modified(path), ...readdirSync(path).map((name) => newest(join(path, name))));
}

function install() {
  const done = join(root, 'node_modules', '.package-lock.json');
  if (
    modified(done) >=
    Math.max(modified(join(root, 'package.json')), modified(join(root, 'package-lock.json')))
  )
    return;
  console.log('setup: installing packages (npm install)');
  // The packages bring their binaries along; none of them needs its install script. Not `npm ci`: it refuses a lock file
  // that lacks other systems' binaries, and a registry that does not carry those gives no other.
  run('npm', ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    quiet: true,
  });
  utimesSync(done, new Date(), new Date());
}

const newestOf = (...names) => Math.max(...names.map((name) => newest(join(root, name))));
const built = (name) => modified(join(root, 'dist', name));

function buildServer() {
  const sources = newestOf('src', 'package.json', 'tsconfig.json', 'tsconfig.build.json', 'nest-cli.json');
  if (built('main.js') > 0 && built('main.js') >= sources) return;
  console.log('setup: building the server');
  clean();
  run(process.execPath, [join('node_modules', '@nestjs', 'cli', 'bin', 'nest.js'), 'build'], { quiet: true });
}

/** Takes away what was built of sources that are gone, but not the console, which takes longer and is made apart. */
function clean() {
  const dist = join(root, 'dist');
  if (!existsSync(dist)) return;
  for (const name of readdirSync(dist)) if (name !== 'console') rmSync(join(dist, name), { recursive: true });
}

function buildConsole() {
  const sources = newestOf('client', 'src/serial/match-criteria.ts', 'package.json', 'package-lock.json');
  const page = join('console', 'index.html');
  if (built(page) > 0 && built(page) >= sources) return;
  console.log('setup: building the console');
  run(process.execPath, [join('node_modules', 'vite', 'bin', 'vite.js'), 'build', 'client'], { quiet: true });
}

/** Without the console, whose client is made from the server. */
export function setupServer() {
  install();
  buildServer();
}

export function setup() {
  setupServer();
  buildConsole();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) setup();
