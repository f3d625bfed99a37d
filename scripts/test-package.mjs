#!/usr/bin/env node
/**
 * `npm run test:package`: the tarball of `npm pack` is installed and serves, without a compiler. First in a folder of its own; then, as root and
 * where debootstrap is installed, in a fresh Debian by the second stage of the Dockerfile: as its user, on a read-only root, with a device that belongs to dialout.
 * The mirror is that of this machine's apt. SER2TCP_DEBIAN names a root that debootstrap made before.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chownSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { root, setup } from './setup.mjs';

const folder = mkdtempSync(join(tmpdir(), 'ser2tcp-package-'));
const prefix = join(folder, 'prefix');
const debian = join(folder, 'debian');
const DIALOUT = 20;

function run(command, args, options = {}) {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd: root,
    encoding: 'utf8',
    ...options,
  });
  if (status !== 0)
    throw new Error(`${command} ${args.join(' ')}: ${error?.message ?? `${stderr}${stdout}`}`);
  return stdout.trim();
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

function must(what, holds) {
  if (!holds) throw new Error(`not so: ${what}`);
  console.log(`ok: ${what}`);
}

/** Starts it, looks whether it serves its port and console, and ends it in order. */
async function serves(command, args, config, path, device, inside = path) {
  const [tcp, http] = [await freePort(), await freePort()];
  const servers = [{ protocol: 'tcp', address: '127.0.0.1', port: tcp }];
  writeFileSync(
    path,
    JSON.stringify({ ports: [{ serial: { port: device }, servers }], http: [{ ...config, port: http }] }),
  );
  const program = spawn(command, [...args, '-v', '-c', inside], { stdio: ['ignore', 'inherit', 'pipe'] });
  let log = '';
  const ready = new Promise((resolve) => {
    program.stderr.on('data', (data) => {
      log += data;
      if (log.includes('serving ')) resolve(true);
    });
    program.on('exit', () => resolve(false));
  });
  must(`it starts${(await ready) ? '' : `:\n${log}`}`, program.exitCode === null);
  must(`a client of ${device} gets its bytes back`, (await exchange(tcp, 'hello')) === 'hello');
  const get = async (page) => (await fetch(`http://127.0.0.1:${http}${page}`)).text();
  must('it lives', JSON.parse(await get('/api/health/live')).status === 'ok');
  must('the console is there', (await get('/')).includes('<script'));
  return { program, http, log: () => log };
}

async function ends({ program }) {
  program.kill('SIGTERM');
  const [status] = await once(program, 'exit');
  must('it ends in order', status === 0);
}

/** The commands that README and docs/ give for it. */
function documented() {
  const pages = ['README.md', ...readdirSync(join(root, 'docs')).map((name) => join('docs', name))];
  return pages
    .filter((page) => page.endsWith('.md'))
    .flatMap((page) => [...readFileSync(join(root, page), 'utf8').matchAll(/^```sh package\n([^]*?)^```$/gm)])
    .map(([, text]) => text);
}

function install() {
  run('npm', ['pack', '--ignore-scripts', '--pack-destination', folder]);
  const env = {
    ...process.env,
    PATH: `${join(prefix, 'bin')}${delimiter}${process.env.PATH}`,
    npm_config_prefix: prefix,
    npm_config_audit: 'false',
    npm_config_fund: 'false',
    npm_config_loglevel: 'error',
  };
  for (const text of documented()) {
    const installing = text.replace(/^npm pack$/m, '');
    must(installing.trim(), run('bash', ['-euc', installing], { cwd: folder, env }) !== undefined);
  }
  must('it is installed', run(join(prefix, 'bin', 'ser2tcp'), ['--version']).startsWith('ser2tcp '));
}

/** The RUN of the Dockerfile's second stage, and its HEALTHCHECK. */
function dockerfile() {
  const second = readFileSync(join(root, 'Dockerfile'), 'utf8')
    .split(/^FROM /m)[2]
    .replaceAll('\\\n', ' ');
  return {
    run: /^RUN (.*)$/m.exec(second)[1],
    health: JSON.parse(/^HEALTHCHECK.* CMD (.*)$/m.exec(second)[1]),
  };
}

function makeDebian() {
  const ready = process.env.SER2TCP_DEBIAN;
  if (ready)
    cpSync(ready, debian, {
      recursive: true,
      verbatimSymlinks: true,
      filter: (path) => !path.startsWith(join(ready, 'dev')),
    });
  else {
    const codename = /^VERSION_CODENAME=(.*)$/m.exec(readFileSync('/etc/os-release', 'utf8'))[1];
    const [mirror] = ['Suite', 'Codename'].flatMap((what) =>
      run('apt-get', [
        'indextargets',
        '--format',
        '$(REPO_URI)',
        'Created-By: Packages',
        `${what}: ${codename}`,
      ])
        .split('\n')
        .filter((line) => line !== ''),
    );
    console.log('making a Debian root, which takes some minutes');
    run('debootstrap', ['--variant=minbase', codename, debian, mirror]);
  }
  for (const name of ['dev', 'proc']) mkdirSync(join(debian, name), { recursive: true });
  copyFileSync(process.execPath, join(debian, 'usr', 'local', 'bin', 'node'));
  cpSync(prefix, join(debian, 'opt', 'ser2tcp'), { recursive: true, verbatimSymlinks: true });
  for (const absent of ['gcc', 'cc', 'make', 'udevadm', 'npm'])
    must(`there is no ${absent}`, spawnSync('chroot', [debian, 'which', absent]).status !== 0);
  run('chroot', [debian, 'sh', '-ec', dockerfile().run]);
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

/** In mounts of their own, which end with the program: a root that is read-only but for /config. */
const MOUNTS = `
mount --bind "$1" "$1"; mount --bind "$1/config" "$1/config"; mount --rbind /dev "$1/dev"; mount -t proc proc "$1/proc"
mount -o remount,bind,ro "$1"
root=$1; shift
exec chroot "$root" setpriv --reuid ser2tcp --regid ser2tcp --init-groups --no-new-privs --bounding-set=-all "$@"`;
const inside = (...command) => ['-m', 'sh', '-ec', MOUNTS, 'sh', debian, ...command];

async function inDebian() {
  makeDebian();
  const { health } = dockerfile();
  const pty = await openPty();
  try {
    const path = join(debian, 'config', 'config.json');
    const running = await serves(
      'unshare',
      inside('/opt/ser2tcp/bin/ser2tcp'),
      { address: '0.0.0.0' },
      path,
      pty.path,
      '/config/config.json',
    );
    const status = readFileSync(`/proc/${running.program.pid}/status`, 'utf8');
    must('it is neither root nor has its rights', !/^Uid:\t0/m.test(status) && /^CapEff:\t0+$/m.test(status));
    must(
      'HEALTHCHECK is content',
      spawnSync('unshare', inside(...health), { stdio: 'inherit' }).status === 0,
    );
    const put = await fetch(`http://127.0.0.1:${running.http}/api/settings`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ session_timeout: 77 }),
    });
    must(
      `a change by REST is kept (${put.status} ${await put.text()})`,
      readFileSync(path, 'utf8').includes('77'),
    );
    await ends(running);
    must('HEALTHCHECK is not when it is gone', spawnSync('unshare', inside(...health)).status === 1);
  } finally {
    pty.close();
  }
}

setup();
try {
  install();
  await ends(
    await serves(
      join(prefix, 'bin', 'ser2tcp'),
      [],
      { address: '127.0.0.1' },
      join(folder, 'config.json'),
      'loop://',
    ),
  );
  const missing = ['debootstrap', 'socat', 'unshare'].filter(
    (name) => spawnSync('which', [name]).status !== 0,
  );
  if (process.getuid?.() !== 0) console.log('left out: the fresh Debian, which needs root');
  else if (missing.length > 0)
    console.log(`left out: the fresh Debian, which needs ${missing.join(' and ')}`);
  else await inDebian();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
