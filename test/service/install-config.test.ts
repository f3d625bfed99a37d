import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { configFile, endPrograms, isReachable, Program } from '../support/program.js';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'ser2tcp-root-'));
});
afterEach(async () => {
  await endPrograms();
  await rm(root, { recursive: true, force: true });
});

const run = (...args: string[]) => new Program([...args, '--root', root]).ended;
const text = (path: string) => readFile(join(root, path), 'utf8');
const steps = (stdout: string) => stdout.trimEnd().replaceAll(root, '').split('\n');

describe('install-service -c FILE', () => {
  const CONFIG = join(homedir(), '.config/ser2tcp/config.json');

  it.each<[string, (file: string) => string[]]>([
    ['before the command', (file) => ['-c', file, 'install-service', '--user']],
    ['after it', (file) => ['install-service', '--user', '--config', file]],
  ])('%s is what the service serves from then on', async (_where, args) => {
    const given = await configFile('{ "ports": [] }');
    const { status, stdout } = await run(...args(given));
    expect(status).toBe(0);
    expect(steps(stdout)[0]).toBe(`copy ${given} to ${CONFIG}`);
    expect(steps(stdout)).toContain(
      `From now on the service reads ${CONFIG}, and ${given} no more: change it there.`,
    );
    expect(await text(CONFIG)).toBe('{ "ports": [] }');
    expect((await stat(join(root, CONFIG))).mode & 0o777).toBe(0o600);
  });

  it('never takes the place of another one', async () => {
    await run('install-service', '--user', '-c', await configFile('{ "ports": [] }'));
    const given = await configFile('{"ports": [], "http": []}');
    const { status, stdout, stderr } = await run('install-service', '--user', '-c', given);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(`which is not the same as ${given}: to keep it run this without -c, to serve`);
    expect(stderr).toContain(`("cp ${given} ${root}${CONFIG}")`);
    expect(await text(CONFIG)).toBe('{ "ports": [] }');
  });

  it('is kept when it is the one that is there', async () => {
    const given = await configFile('{ "ports": [] }');
    await run('install-service', '--user', '-c', given);
    const { status, stdout } = await run('install-service', '--user', '-c', given);
    expect(status).toBe(0);
    expect(steps(stdout)[0]).toBe(`keep ${CONFIG}: it is there already`);
  });

  it('is refused for the machine with files that its service does not see', async () => {
    const ssl = { certfile: '/home/ann/server.crt', keyfile: '/etc/ser2tcp/server.key' };
    const given = await configFile({ ports: [], http: [{ port: 8443, ssl }] });
    const { status, stderr } = await run('install-service', '--system', '-c', given);
    expect(status).toBe(2);
    expect(stderr).toContain(
      'ser2tcp: http[0].ssl.certfile: the system service does not see /home/ann/server.crt; take /etc/ser2tcp for certificates',
    );
    expect((await run('install-service', '--user', '-c', given)).status).toBe(0);
  });

  const https = { port: 8443, ssl: { certfile: 'server.crt', keyfile: '/etc/server.key' } };
  const socket = { protocol: 'socket', address: 'run/x.sock' };
  it.each<[string, unknown, string[]]>([
    ['that is not there', undefined, ['Cannot read the configuration FILE: there is no such file']],
    ['that is damaged', '{', ['FILE is not JSON: ']],
    [
      'whose paths start where it was written',
      { ports: [{ serial: { port: 'loop://' }, servers: [socket] }], http: [https] },
      [
        'ports[0].servers[0].address: run/x.sock would be looked for in the folder of the service; write the whole path (line 1, ',
        'http[0].ssl.certfile: server.crt would be looked for in the folder of the service; write the whole path (line 1, ',
      ],
    ],
  ])('is refused for one %s', async (_what, content, sentences) => {
    const given = content === undefined ? join(root, 'none.json') : await configFile(content);
    const { status, stdout, stderr } = await run('install-service', '--user', '-c', given);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    const lines = stderr.trimEnd().split('\n');
    expect(lines).toEqual(
      sentences.map((line) => expect.stringContaining(`ser2tcp: ${line.replace('FILE', given)}`)),
    );
    expect(await readdir(root)).toEqual([]);
  });
});

/** It takes root to be somebody else, and a program that is not where only root gets. */
const NOBODY = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];
(isReachable(NOBODY) ? describe : describe.skip)(
  'install-service --system --dry-run of somebody else',
  () => {
    const CONFIG = 'etc/ser2tcp/config.json';
    const dryRun = (...args: string[]) =>
      new Program(['install-service', '--system', '--dry-run', '--root', root, ...args], {}, NOBODY).ended;
    const keep = async (content: string, mode: number, folderMode: number) => {
      await chmod(root, 0o755);
      await mkdir(join(root, 'etc/ser2tcp'), { recursive: true });
      await writeFile(join(root, CONFIG), content, { mode });
      await chmod(join(root, 'etc/ser2tcp'), folderMode);
    };
    const unseen = `cannot look at /${CONFIG} as this user; with sudo this says more`;

    it.each<[string, number, number, string]>([
      ['may not read', 0o600, 0o755, `would keep /${CONFIG}`],
      ['may not look for', 0o600, 0o750, `would make /${CONFIG} where there is none`],
    ])('goes on with a configuration that he %s, and says so', async (_what, mode, folderMode, step) => {
      await keep('{"ports": []}', mode, folderMode);
      const { status, stdout, stderr } = await dryRun('-c', await configFile('{"ports": []}'));
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      expect(steps(stdout)[0]).toBe(unseen);
      expect(steps(stdout)).toContain(step);
    });

    it('goes on with that of the Python program', async () => {
      await keep('', 0o600, 0o755);
      await rm(join(root, 'etc/ser2tcp'), { recursive: true });
      await writeFile(join(root, 'etc/ser2tcp.conf'), '[]', { mode: 0o600 });
      const { status, stdout } = await dryRun();
      expect(status).toBe(0);
      expect(steps(stdout)[0]).toBe(unseen.replace(CONFIG, 'etc/ser2tcp.conf'));
      expect(steps(stdout)).toContain(`would copy /etc/ser2tcp.conf to /${CONFIG}`);
    });

    it('still ends with what is wrong in one that he may read', async () => {
      await keep('{', 0o644, 0o755);
      const { status, stderr } = await dryRun();
      expect(status).toBe(2);
      expect(stderr).toContain('nothing was touched');
    });
  },
);

describe('install-service of a machine that systemd runs', () => {
  /** @param does its part of a script */
  const withSystemctl = async (does: string, ...args: string[]) => {
    await writeFile(join(root, 'systemctl'), `#!/bin/sh\n${does}\n`);
    await chmod(join(root, 'systemctl'), 0o755);
    const env = { HOME: root, PATH: `${root}:${process.env['PATH']}`, XDG_RUNTIME_DIR: root };
    return new Program(args, env).ended;
  };
  const CONFIG = '.config/ser2tcp/config.json';
  const keep = async (content: string) => {
    await mkdir(join(root, '.config/ser2tcp'), { recursive: true });
    await writeFile(join(root, CONFIG), content);
  };

  it.each([
    ['{"ports": [', 'CONFIG is not JSON: '],
    [
      '{"users": [{"login": "a", "password": "x"}]}',
      'users[0].password: must be a password hash; make one with: ser2tcp --hash-password PASSWORD (line 1, ',
    ],
  ])('touches nothing where the service could not start with %s', async (content, mistake) => {
    await keep(content);
    const { status, stdout, stderr } = await withSystemctl('', 'install-service', '--user');
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    const path = join(root, CONFIG);
    const [first, second] = stderr.split('\n');
    expect(first).toContain(`ser2tcp: ${mistake.replace('CONFIG', path)}`);
    expect(second).toContain(`mend ${path} first; "ser2tcp --check -c ${path}" says whether it is right`);
    expect(await readdir(join(root, '.config'))).toEqual(['ser2tcp']);
  });

  it('says which entries of the configuration that is kept are not served', async () => {
    const ssl = { certfile: 'none.crt', keyfile: 'none.key' };
    await keep(JSON.stringify({ ports: [], http: [{ port: 8443, ssl }, { port: 8080 }] }));
    const { status, stdout } = await withSystemctl('', 'install-service', '--user');
    expect(status).toBe(0);
    expect(steps(stdout).slice(0, 3)).toEqual([
      `keep /${CONFIG}: it is there already`,
      expect.stringMatching(`^check /${CONFIG}: http\\[0\\]\\.ssl: Cannot use certfile none\\.crt: there is`),
      'write /.config/systemd/user/ser2tcp.service',
    ]);
  });

  it('says what it takes for the service to have a group that was just joined', async () => {
    const { status, stdout } = await withSystemctl('', 'install-service', '--user');
    expect(status).toBe(0);
    expect(stdout).toMatch(
      /for always: loginctl enable-linger\. You must be in the group \w+;\n.*: sudo systemctl restart user@\d+, or restart the machine\.\n$/,
    );
  });

  it('says where to look when the service does not start', async () => {
    const fails = '[ "$2" != restart ] || { echo "Job for ser2tcp.service failed." >&2; exit 1; }';
    const { status, stderr } = await withSystemctl(fails, 'install-service', '--user');
    expect(status).toBe(2);
    expect(stderr).toBe(
      `ser2tcp: Cannot run systemctl --user restart ser2tcp.service: Job for ser2tcp.service failed.; "journalctl --user -u ser2tcp" and "ser2tcp --check -c ${root}/${CONFIG}" say why\n`,
    );
  });
});
