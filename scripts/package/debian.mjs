/** Debian roots, and programs in them. */
import { spawn, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  symlinkSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

export function run(command, args, options = {}) {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    ...options,
  });
  if (status !== 0)
    throw new Error(`${command} ${args.join(' ')}: ${error?.message ?? `${stderr}${stdout}`}`);
  return stdout.trim();
}

const installed = (name) => spawnSync('which', [name]).status === 0;

/** What it takes; installs that where root can. Throws a sentence that says what to do. */
export function prepare() {
  if (process.platform !== 'linux' || process.getuid() !== 0)
    throw new Error('the fresh Debian takes root on Linux: run this with sudo');
  const missing = ['debootstrap', 'socat'].filter((name) => !installed(name));
  if (missing.length === 0) return;
  const install = ['install', '-y', '--no-install-recommends', ...missing];
  console.log(`installing Debian packages: ${missing.join(' ')}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (...args) => spawnSync('apt-get', ['-qq', ...args], { stdio: 'inherit', env }).status === 0;
  if (!existsSync('/etc/debian_version') || !apt('update') || !apt(...install))
    throw new Error(
      `the fresh Debian takes ${missing.join(' and ')}: install ${missing.length > 1 ? 'them' : 'it'} first`,
    );
}

/**
 * A fresh Debian with this machine's Node and npm, as the image is that the Dockerfile begins with. The mirror is that of this machine's apt.
 * SER2TCP_DEBIAN names a root that debootstrap made before.
 */
export function makeBase(root) {
  const ready = process.env.SER2TCP_DEBIAN;
  if (ready) copyRoot(ready, root);
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
    run('debootstrap', ['--variant=minbase', codename, root, mirror]);
  }
  for (const name of ['dev', 'proc']) mkdirSync(join(root, name), { recursive: true });
  copyFileSync(process.execPath, join(root, 'usr/local/bin/node'));
  const npm = dirname(dirname(realpathSync(run('which', ['npm']))));
  cpSync(npm, join(root, 'usr/local/lib/node_modules/npm'), { recursive: true });
  symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', join(root, 'usr/local/bin/npm'));
  for (const name of ['etc/resolv.conf', 'etc/hosts'])
    if (existsSync(`/${name}`)) copyFileSync(`/${name}`, join(root, name));
}

export const copyRoot = (from, to) => run('cp', ['-a', '--one-file-system', from, to]);

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** In mounts of their own, which end with the program. */
const MOUNTS = `
root=$1; shift
mount --bind "$root" "$root"; mount --rbind /dev "$root/dev"; mount -t proc proc "$root/proc"
while [ "$1" != -- ]; do
  [ "$1" = -r ] || [ -e "$root$2" ] || if [ -d "$1" ]; then mkdir -p "$root$2"; else touch "$root$2"; fi
  [ "$1" = -r ] || mount --bind "$1" "$root$2"
  [ "$1" != -r ] || mount -o remount,bind,ro "$root"
  shift 2
done; shift
exec chroot "$root" "$@"`;

/**
 * The arguments of `unshare` that run a command in a root.
 * @param mounts folders and files of this machine, and where they are in the root; `-r` makes the root read-only from there on
 */
function inside(root, { user = 'root', workdir = '/', env = {}, mounts = [], network = true }, command) {
  const rights =
    user === 'root'
      ? []
      : [
          'setpriv',
          '--reuid',
          user,
          '--regid',
          user,
          '--init-groups',
          '--no-new-privs',
          '--bounding-set=-all',
        ];
  const environment = Object.entries({ PATH, HOME: '/root', ...env }).map(
    ([name, value]) => `${name}=${value}`,
  );
  const start = ['env', '-i', `--chdir=${workdir}`, ...environment, ...rights, ...command];
  return [
    '-m',
    ...(network ? [] : ['-n']),
    'sh',
    '-ec',
    MOUNTS,
    'sh',
    root,
    ...mounts.flat(),
    '--',
    ...start,
  ];
}

export const runIn = (root, settings, ...command) => run('unshare', inside(root, settings, command));
export const statusIn = (root, settings, ...command) =>
  spawnSync('unshare', inside(root, settings, command)).status;
export const spawnIn = (root, settings, ...command) =>
  spawn('unshare', inside(root, settings, command), { stdio: ['ignore', 'inherit', 'pipe'] });

/** This machine's settings of npm and what it has fetched already, for a program in a root; they do not stay there. */
export function npmOfHere() {
  const of = (name) => run('npm', ['config', 'get', name]);
  const mounts = [];
  const env = { npm_config_registry: of('registry'), npm_config_update_notifier: 'false' };
  for (const name of ['cache', 'userconfig', 'globalconfig']) {
    if (!existsSync(of(name))) continue;
    mounts.push([of(name), `/tmp/npm-${name}`]);
    env[`npm_config_${name}`] = `/tmp/npm-${name}`;
  }
  const passed = Object.entries(process.env).filter(([name]) => /^(https?_proxy|no_proxy)$/i.test(name));
  const authority = process.env.NODE_EXTRA_CA_CERTS;
  if (authority) mounts.push([authority, '/tmp/npm-authority']);
  return {
    mounts,
    env: {
      ...Object.fromEntries(passed),
      ...env,
      ...(authority && { NODE_EXTRA_CA_CERTS: '/tmp/npm-authority' }),
    },
  };
}
