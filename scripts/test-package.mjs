#!/usr/bin/env node
/**
 * `npm run test:package`: what is installed without a compiler, and serves. First the tarball of `npm pack` in a folder of its own; then, which takes root and debootstrap,
 * in a fresh Debian by its npm; then the steps of the Dockerfile, both stages, each in a fresh Debian in the place of the image it begins with, and what comes of them started as
 * a container is: as its user, on a read-only root.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, cpSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, isAbsolute, join, relative } from 'node:path';
import { copyRoot, makeBase, npmOfHere, prepare, run, runIn, spawnIn, statusIn } from './package/debian.mjs';
import { ignorer, imageOf, stagesOf } from './package/dockerfile.mjs';
import { root, setup } from './setup.mjs';

const folder = mkdtempSync(join(tmpdir(), 'ser2tcp-package-'));
const DIALOUT = 20;
const NPM = { npm_config_audit: 'false', npm_config_fund: 'false', npm_config_loglevel: 'error' };
const began = performance.now();

function say(what) {
  console.log(`${((performance.now() - began) / 1000).toFixed(0).padStart(4)} s  ${what}`);
}

function must(what, holds) {
  if (!holds) throw new Error(`not so: ${what}`);
  say(`ok: ${what}`);
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return port;
}

/** What a device or loop gives back for what was sent. */
async function exchange(port, sent) {
  const socket = connect(port, '127.0.0.1');
  socket.write(sent);
  const [data] = await once(socket, 'data');
  socket.destroy();
  return data.toString();
}

/** A configuration with a device on a free port, and the console on another. */
async function sample(device) {
  const [tcp, http] = [await freePort(), await freePort()];
  const servers = [{ protocol: 'tcp', address: '127.0.0.1', port: tcp }];
  const config = {
    ports: [{ serial: { port: device }, servers }],
    http: [{ address: '0.0.0.0', port: http }],
  };
  return { tcp, http, device, text: JSON.stringify(config) };
}

const programs = new Set();

/** Done when it serves. */
async function starts(program) {
  programs.add(program);
  let log = '';
  const ready = new Promise((resolve) => {
    program.stderr.on('data', (data) => {
      log += data;
      if (log.includes('serving ')) resolve(true);
    });
    program.on('exit', () => resolve(false));
  });
  must(`it starts${(await ready) ? '' : `:\n${log}`}`, program.exitCode === null);
}

async function serves({ tcp, http, device }) {
  must(`a client of ${device} gets its bytes back`, (await exchange(tcp, 'hello')) === 'hello');
  const get = async (page) => (await fetch(`http://127.0.0.1:${http}${page}`)).text();
  must('it lives', JSON.parse(await get('/api/health/live')).status === 'ok');
  must('the console is there', (await get('/')).includes('<script'));
}

async function ends(program) {
  program.kill('SIGTERM');
  const [status] = await once(program, 'exit');
  must('it ends in order', status === 0);
}

/** The commands that README and docs/ give for it, each once, but for the one that makes the tarball. */
function documented() {
  const pages = ['README.md', ...readdirSync(join(root, 'docs')).map((name) => join('docs', name))];
  const blocks = pages
    .filter((page) => page.endsWith('.md'))
    .flatMap((page) => [
      ...readFileSync(join(root, page), 'utf8').matchAll(/^```sh package\n([^]*?)^```$/gm),
    ]);
  const lines = blocks.flatMap(([, text]) => text.split('\n')).map((line) => line.replace(/\s+#.*/, ''));
  return [...new Set(lines)].filter((line) => line !== '' && line !== 'npm pack');
}

async function inFolder() {
  say('in a folder of its own');
  const prefix = join(folder, 'prefix');
  const path = [join(prefix, 'bin'), process.env.PATH].join(delimiter);
  const env = { ...process.env, ...NPM, PATH: path, npm_config_prefix: prefix };
  for (const text of documented())
    must(text, run('bash', ['-euc', text], { cwd: folder, env }) !== undefined);
  const config = join(folder, 'config.json');
  const at = await sample('loop://');
  writeFileSync(config, at.text);
  const program = spawn(join(prefix, 'bin', 'ser2tcp'), ['-v', '-c', config], {
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  await starts(program);
  await serves(at);
  await ends(program);
}

/** A tty that gives back what it gets; it belongs to dialout, as a serial device does. */
async function openPty() {
  const socat = spawn('socat', ['-d', '-d', 'PTY,rawer', 'PIPE'], { stdio: ['ignore', 'ignore', 'pipe'] });
  const path = await new Promise((resolve) => {
    let said = '';
    socat.stderr.on('data', (data) => {
      said += data;
      const [, found] = /PTY is (\S+)/.exec(said) ?? [];
      if (found && said.includes('starting data')) resolve(found);
    });
  });
  run('chmod', ['660', path]);
  chownSync(path, 0, DIALOUT);
  return { path, close: () => socat.kill() };
}

const refusesRoot = (program) => {
  const status = readFileSync(`/proc/${program.pid}/status`, 'utf8');
  must('it is neither root nor has its rights', !/^Uid:\t0/m.test(status) && /^CapEff:\t0+$/m.test(status));
};

async function inDebian(debian, pty) {
  say('in a fresh Debian, by its npm');
  for (const absent of ['gcc', 'cc', 'make', 'python3', 'udevadm'])
    must(`there is no ${absent}`, statusIn(debian, {}, 'which', absent) !== 0);
  cpSync(tarball(folder), join(debian, 'root', 'ser2tcp-1.0.0.tgz'));
  const npm = npmOfHere();
  for (const text of documented()) {
    runIn(
      debian,
      { workdir: '/root', mounts: npm.mounts, env: { ...npm.env, ...NPM } },
      'bash',
      '-euc',
      text,
    );
    must(text, true);
  }
  runIn(debian, {}, 'useradd', '--create-home', '--groups', 'dialout', 'somebody');
  const at = await sample(pty);
  writeFileSync(join(debian, 'home/somebody/config.json'), at.text);
  runIn(debian, {}, 'chown', 'somebody:', '/home/somebody/config.json');
  const program = spawnIn(
    debian,
    { user: 'somebody', workdir: '/home/somebody' },
    'ser2tcp',
    '-v',
    '-c',
    'config.json',
  );
  await starts(program);
  refusesRoot(program);
  await serves(at);
  await ends(program);
}

const tarball = (where) =>
  join(
    where,
    readdirSync(where).find((name) => name.endsWith('.tgz')),
  );

/** Does the steps of a stage in its root; `stages` are the roots of those before. */
function build({ instructions }, into, stages) {
  const npm = npmOfHere();
  const state = { user: 'root', workdir: '/', env: {} };
  const ignored = ignorer(readFileSync(join(root, '.dockerignore'), 'utf8'));
  for (const { name, rest } of instructions) {
    if (name === 'WORKDIR') runIn(into, {}, 'mkdir', '-p', (state.workdir = rest));
    else if (name === 'USER') state.user = rest;
    else if (name === 'ENV') Object.assign(state.env, imageEnv(rest));
    else if (name === 'COPY') copy(rest.split(/\s+/));
    else if (name === 'RUN')
      runIn(
        into,
        { ...state, mounts: npm.mounts, env: { ...npm.env, ...state.env } },
        'sh',
        '-c',
        rest.replace(/^\s+/, ''),
      );
    if (['WORKDIR', 'COPY', 'RUN', 'USER'].includes(name)) say(`${name} ${rest.replace(/\s+/g, ' ')}`);
  }

  function copy(words) {
    const from = /^--from=(.*)$/.exec(words[0])?.[1];
    const [to, ...names] = words.slice(from ? 1 : 0).toReversed();
    const target = join(into, isAbsolute(to) ? to : join(state.workdir, to));
    for (const one of names) {
      const source = join(from ? stages.get(from) : root, one);
      // As Docker has it: a folder's content goes into the target, a file into it when there are several or it ends with a slash.
      const file = statSync(source).isFile() && (names.length > 1 || to.endsWith('/'));
      const filter = (path) => from !== undefined || !ignored(relative(root, path));
      cpSync(source, file ? join(target, one.split('/').at(-1)) : target, {
        recursive: true,
        verbatimSymlinks: true,
        filter,
      });
    }
  }
}

const imageEnv = (rest) => Object.fromEntries(rest.split(/\s+/).map((pair) => pair.split('=')));

async function asContainer(debian, pty) {
  say('the Dockerfile, both stages');
  const stages = stagesOf(readFileSync(join(root, 'Dockerfile'), 'utf8'));
  const built = new Map();
  for (const [index, stage] of stages.entries()) {
    const into = join(folder, `stage-${index}`);
    copyRoot(debian, into);
    build(stage, into, built);
    if (stage.name) built.set(stage.name, into);
  }
  const last = join(folder, `stage-${stages.length - 1}`);
  const image = imageOf(stages.at(-1));
  const volumes = image.volumes.map((path) => [join(last, path), path]);
  const settings = { ...image, mounts: [...volumes, ['-r', '-']] };
  const start = (more) => spawnIn(last, { ...settings, ...more }, ...image.entrypoint, ...image.command);
  const health = () => statusIn(last, settings, ...image.health);
  const config = join(last, 'config/config.json');

  say('a first start, without a configuration and without a network');
  let program = start({ network: false });
  await starts(program);
  refusesRoot(program);
  must('its root is read-only', statusIn(last, { ...settings, user: 'root' }, 'touch', '/x') !== 0);
  must('it made a configuration for itself alone', (statSync(config).mode & 0o777) === 0o600);
  must('HEALTHCHECK is content', health() === 0);
  writeFileSync(config, '{');
  must('HEALTHCHECK is so too after a bad edit', health() === 0);
  await ends(program);
  must('HEALTHCHECK is not when it is gone', health() === 1);

  say('with a device');
  const at = await sample(pty);
  writeFileSync(config, at.text);
  program = start();
  await starts(program);
  await serves(at);
  const put = await fetch(`http://127.0.0.1:${at.http}/api/settings`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ session_timeout: 77 }),
  });
  must(
    `a change by REST is kept (${put.status} ${await put.text()})`,
    readFileSync(config, 'utf8').includes('77'),
  );
  await ends(program);
}

setup();
let pty;
try {
  run('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], { cwd: root });
  await inFolder();
  prepare();
  say('making a Debian root');
  const [base, debian] = [join(folder, 'base'), join(folder, 'debian')];
  makeBase(base);
  copyRoot(base, debian);
  pty = await openPty();
  await inDebian(debian, pty.path);
  await asContainer(base, pty.path);
  say('all of it holds');
} catch (error) {
  console.error(`test:package: ${error.message}`);
  process.exitCode = 1;
} finally {
  for (const program of programs) program.kill('SIGKILL');
  pty?.close();
  run('rm', ['-rf', folder]);
}
