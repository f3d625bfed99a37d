import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { describeWith } from '../support/needs.js';
import { configFile, endPrograms, Program } from '../support/program.js';

const PROJECT = join(import.meta.dirname, '..', '..');
const UNIT = 'etc/systemd/system/ser2tcp.service';
let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'ser2tcp-root-'));
  await mkdir(join(root, 'etc'));
  await writeFile(join(root, 'etc', 'passwd'), 'root:x:0:0:root:/root:/bin/sh\n');
  await writeFile(join(root, 'etc', 'group'), 'root:x:0:\n');
});
afterEach(async () => {
  jest.restoreAllMocks();
  await endPrograms();
  await rm(root, { recursive: true, force: true });
});

const built = async () =>
  (await import(
    join(PROJECT, 'dist', 'service', 'install.js')
  )) as typeof import('../../src/service/install.js');
const run = (...args: string[]) => new Program([...args, '--root', root]).ended;
const text = (path: string) => readFile(join(root, path), 'utf8');
const steps = (stdout: string) => stdout.trimEnd().replaceAll(root, '').split('\n');

/** Others than root cannot give a file to the user of the service. */
const needed = process.getuid?.() === 0 ? describe : describe.skip;
needed('by root', () =>
  describeWith(['systemd-analyze'], 'install-service --system', () => {
    const STEPS = [
      'write /etc/sysusers.d/ser2tcp.conf',
      'run systemd-sysusers --root= ser2tcp.conf',
      'write /etc/modules-load.d/ser2tcp.conf',
      'make /etc/ser2tcp/config.json',
      'write /etc/systemd/system/ser2tcp.service',
      'run systemctl --root= enable ser2tcp.service',
    ];

    it('says each step, and makes a unit that starts this program, its user and its configuration', async () => {
      const { status, stdout, stderr } = await run('install-service', '--system');
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      expect(steps(stdout)).toEqual(STEPS);
      const main = join(PROJECT, 'dist', 'main.js');
      expect(await text(UNIT)).toContain(
        `\nExecStart=${process.execPath} ${main} -v -c /etc/ser2tcp/config.json\n`,
      );
      expect(await readdir(join(root, 'etc/systemd/system/multi-user.target.wants'))).toEqual([
        'ser2tcp.service',
      ]);
      const { uid, mode } = await stat(join(root, 'etc/ser2tcp/config.json'));
      expect(await text('etc/passwd')).toMatch(new RegExp(`^ser2tcp:x:${uid}:`, 'm'));
      expect([mode & 0o777, (await stat(join(root, 'etc/ser2tcp'))).mode & 0o777]).toEqual([0o600, 0o750]);
      const check = new Program(['--check', '-c', join(root, 'etc/ser2tcp/config.json')]);
      expect((await check.ended).stdout).toContain('http main: http://127.0.0.1:20080\n');
    });

    it('keeps a configuration that is there, and done again changes nothing', async () => {
      await mkdir(join(root, 'etc/ser2tcp'));
      await writeFile(join(root, 'etc/ser2tcp/config.json'), '{"ports": []}');
      await run('install-service', '--system');
      const unit = await text(UNIT);
      const again = await run('install-service', '--system');
      expect(again.status).toBe(0);
      expect(steps(again.stdout).filter((step) => /there already/.test(step))).toHaveLength(4);
      expect(await text(UNIT)).toBe(unit);
      expect(await text('etc/ser2tcp/config.json')).toBe('{"ports": []}');
    });

    it('with --dry-run only says the steps', async () => {
      const { status, stdout } = await run('install-service', '--system', '--dry-run');
      expect(status).toBe(0);
      expect(steps(stdout)).toEqual(STEPS.map((step) => `would ${step}`));
      expect(await readdir(join(root, 'etc'))).toEqual(['group', 'passwd']);
    });

    it('is taken away by uninstall-service, but for the configuration', async () => {
      await run('install-service', '--system');
      const { status, stdout } = await run('uninstall-service', '--system');
      expect(status).toBe(0);
      expect(steps(stdout).at(-1)).toBe('kept: /etc/ser2tcp/config.json and the user ser2tcp');
      const left = await readdir(join(root, 'etc'), { recursive: true });
      expect(left.filter((path) => path.includes('ser2tcp')).sort()).toEqual([
        'ser2tcp',
        'ser2tcp/config.json',
      ]);
      expect((await run('uninstall-service', '--system')).status).toBe(0);
    });

    it('takes a given configuration over, for the user of the service alone', async () => {
      const given = await configFile('{ "ports": [] }');
      await writeFile(join(root, 'etc/ser2tcp.conf'), '[]');
      const { status, stdout } = await run('install-service', '--system', '-c', given);
      expect(status).toBe(0);
      expect(steps(stdout)).toContain(`copy ${given} to /etc/ser2tcp/config.json`);
      expect(await text('etc/ser2tcp/config.json')).toBe('{ "ports": [] }');
      const { uid, mode } = await stat(join(root, 'etc/ser2tcp/config.json'));
      expect(await text('etc/passwd')).toMatch(new RegExp(`^ser2tcp:x:${uid}:`, 'm'));
      expect(mode & 0o777).toBe(0o600);
    });

    it('puts a unit aside that somebody else made, and takes the configuration of the Python program over', async () => {
      const foreign = '[Service]\nExecStart=/usr/bin/python3 -m ser2tcp -c /etc/ser2tcp.conf\n';
      await mkdir(join(root, 'etc/systemd/system'), { recursive: true });
      await writeFile(join(root, UNIT), foreign);
      await writeFile(join(root, 'etc/ser2tcp.conf'), '[]');
      const { status, stdout } = await run('install-service', '--system');
      expect(status).toBe(0);
      expect(steps(stdout)).toContain('copy /etc/ser2tcp.conf to /etc/ser2tcp/config.json');
      expect(steps(stdout)).toContain(`move /${UNIT}, which somebody else made, to /${UNIT}.before`);
      expect(await text('etc/ser2tcp/config.json')).toBe('[]');
      expect((await stat(join(root, 'etc/ser2tcp/config.json'))).mode & 0o777).toBe(0o600);
      expect(await text(`${UNIT}.before`)).toBe(foreign);
      expect(await text(UNIT)).toContain('\nType=notify\n');
      // Done again, nothing is put aside and nothing is taken over.
      const again = steps((await run('install-service', '--system')).stdout).join('\n');
      expect(again).not.toMatch(/move|copy/);
      const gone = await run('uninstall-service', '--system');
      expect(steps(gone.stdout)).toContain(`kept: /${UNIT}.before, a unit that was there before`);
      expect(await text(`${UNIT}.before`)).toBe(foreign);
    });

    it('leaves a unit where it is that somebody else made, when it is to be taken away', async () => {
      await mkdir(join(root, 'etc/systemd/system'), { recursive: true });
      await writeFile(join(root, UNIT), '[Service]\n');
      const { status, stdout } = await run('uninstall-service', '--system');
      expect(status).toBe(0);
      expect(steps(stdout)[0]).toBe(`kept: /${UNIT}, which install-service did not make`);
      expect(await text(UNIT)).toBe('[Service]\n');
    });

    it('takes the group that devices belong to where there is no dialout', async () => {
      await writeFile(join(root, 'etc', 'group'), 'root:x:0:\nuucp:x:14:\n');
      await run('install-service', '--system');
      expect(await text(UNIT)).toContain('\nSupplementaryGroups=uucp\n');
      expect(await text('etc/group')).not.toContain('dialout');
    });

    it('names a program that is not here', async () => {
      const args = ['install-service', '--system', '--root', root];
      const { status, stderr } = await new Program(args, { PATH: join(root, 'bin') }).ended;
      expect(status).toBe(2);
      expect(stderr).toBe(
        `ser2tcp: Cannot run systemd-sysusers --root=${root} ser2tcp.conf: the program systemd-sysusers is not here\n`,
      );
    });

    it('says what it could not do', async () => {
      await rm(join(root, 'etc', 'passwd'));
      await mkdir(join(root, 'etc', 'passwd'));
      const { status, stderr } = await run('install-service', '--system');
      expect(status).toBe(2);
      expect(stderr).toMatch(/^ser2tcp: Cannot run systemd-sysusers --root=\S+ ser2tcp\.conf: \S/);
    });
  }),
);

describe('install-service --user', () => {
  it('puts a unit and a configuration below the home of the user', async () => {
    const { status, stdout } = await run('install-service', '--user');
    expect(status).toBe(0);
    const home = homedir();
    expect(steps(stdout)).toEqual([
      `make ${home}/.config/ser2tcp/config.json`,
      `write ${home}/.config/systemd/user/ser2tcp.service`,
    ]);
    expect(await text(`${home}/.config/systemd/user/ser2tcp.service`)).toContain('\nType=notify\n');
    expect((await run('uninstall-service', '--user')).status).toBe(0);
    expect(await readdir(join(root, home, '.config/systemd/user'))).toEqual([]);
  });

  it('leaves what others made beside the unit, and names all of it', async () => {
    await run('install-service', '--user');
    const unit = join(homedir(), '.config/systemd/user/ser2tcp.service');
    await mkdir(join(root, `${unit}.d`));
    for (const name of ['.before-2', '.before', '.d/override.conf'])
      await writeFile(join(root, `${unit}${name}`), '');
    const { stdout } = await run('uninstall-service', '--user');
    expect(steps(stdout).filter((step) => step.startsWith('kept: '))).toEqual([
      `kept: ${unit}.before, a unit that was there before`,
      `kept: ${unit}.before-2, a unit that was there before`,
      `kept: ${unit}.d, changes to the unit by systemctl edit`,
      `kept: ${homedir()}/.config/ser2tcp/config.json`,
    ]);
    expect(await readdir(join(root, `${unit}.d`))).toEqual(['override.conf']);
  });

  it.each([
    ['-v', 'install-service', '--user'],
    ['install-service', '--user', '-vv', '--log-format', 'json'],
  ])('is the same with how a server would speak: %s %s %s', async (...args) => {
    const { status, stdout, stderr } = await run(...args, '--dry-run');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toBe((await run('install-service', '--user', '--dry-run')).stdout);
  });

  it('shows the settings that it makes to the user alone', async () => {
    await run('install-service', '--user');
    for (const folder of ['.config', '.config/ser2tcp'])
      expect((await stat(join(root, homedir(), folder))).mode & 0o777).toBe(0o700);
  });

  describe('without a session', () => {
    /** Its systemctl is that of a machine on which nobody has logged in. */
    const alone = async (...args: string[]) => {
      const systemctl = join(root, 'systemctl');
      await writeFile(systemctl, '#!/bin/sh\necho "Failed to connect to bus: No medium found" >&2\nexit 1\n');
      await chmod(systemctl, 0o755);
      const env = { HOME: root, PATH: `${root}:${process.env['PATH']}`, XDG_RUNTIME_DIR: '' };
      return new Program(args, env).ended;
    };
    const ADVICE =
      /No medium found[^]*: log in as that user, or run "sudo loginctl enable-linger \S+" and then/;

    it('says how to get one', async () => {
      const { status, stderr } = await alone('install-service', '--user');
      expect(status).toBe(2);
      expect(stderr).toMatch(/^ser2tcp: Cannot run systemctl --user daemon-reload: Failed to connect to bus/);
      expect(stderr).toMatch(ADVICE);
    });

    it('is taken away all the same', async () => {
      await alone('install-service', '--user');
      const { status, stdout } = await alone('uninstall-service', '--user');
      expect(status).toBe(0);
      expect(stdout).toMatch(ADVICE);
      expect(await readdir(join(root, '.config/systemd/user'))).toEqual([]);
    });
  });

  it('is refused before anything is touched where there is no systemd', async () => {
    const { status, stdout, stderr } = await new Program(['install-service', '--user'], {
      HOME: root,
      PATH: join(root, 'bin'),
    }).ended;
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(
      'ser2tcp: This machine is not run by systemd (the program systemctl is not here): ',
    );
    expect(await readdir(root)).toEqual(['etc']);
  });

  it('is taken away where systemd is gone', async () => {
    await new Program(['install-service', '--user', '--root', root]).ended;
    const home = join(root, homedir());
    const env = { HOME: home, PATH: join(root, 'bin'), XDG_RUNTIME_DIR: '' };
    const { status, stdout } = await new Program(['uninstall-service', '--user'], env).ended;
    expect(status).toBe(0);
    expect(stdout.split('\n')[0]).toBe(
      'run systemctl --user disable --now ser2tcp.service: it did not work (the program systemctl is not here), the files are taken away all the same',
    );
    expect(await readdir(join(home, '.config/systemd/user'))).toEqual([]);
  });

  it('is not for the machine at the same time', async () => {
    const { status, stderr } = await run('install-service', '--user', '--system');
    expect(status).toBe(2);
    expect(stderr).toContain("option '--user' cannot be used with option '--system'");
  });
});

describeWith(['systemd-analyze'], 'a unit of deploy/', () => {
  const analyze = async (...args: string[]) => {
    const env = { ...process.env, XDG_RUNTIME_DIR: root };
    const { stdout, stderr } = await promisify(execFile)('systemd-analyze', args, { env });
    return { stdout, stderr };
  };
  /** With a program that is there. */
  const unit = async (name: string) => {
    const path = join(root, 'ser2tcp.service');
    const written = await readFile(join(PROJECT, 'deploy', name), 'utf8');
    await writeFile(path, written.replace('/usr/local/bin/ser2tcp', process.execPath));
    return path;
  };

  it.each([
    ['ser2tcp.service', '--user'],
    ['ser2tcp-system.service', '--system'],
  ])('%s is one that systemd takes without a word', async (name, scope) => {
    expect(await analyze('verify', scope, '--man=no', await unit(name))).toEqual({ stdout: '', stderr: '' });
  });

  it.each([
    ['a b', '"DIR/a b/node"'],
    ['50%', 'DIR/50%%/node'],
    // systemd wants no quotes in the program's own name.
    ["ann's", `/usr/bin/env "DIR/ann's/node"`],
    ['"a"', '/usr/bin/env "DIR/\\"a\\"/node"'],
    ['back\\slash', '/usr/bin/env "DIR/back\\\\slash/node"'],
    ['$HOME', '/usr/bin/env DIR/$$HOME/node'],
  ])('may start a program below %s', async (name, command) => {
    const node = join(root, name, 'node');
    await mkdir(dirname(node));
    await symlink(process.execPath, node);
    jest.replaceProperty(process, 'execPath', node);
    jest.spyOn(console, 'log').mockReturnValue();
    const { installService } = await built();
    await installService({ scope: 'user', dryRun: false, root });
    const written = join(homedir(), '.config/systemd/user/ser2tcp.service');
    expect(await text(written)).toContain(
      `\nExecStart=${command.replace('DIR', () => root)} ${join(PROJECT, 'dist', 'main.js')} -v\n`,
    );
    expect(await analyze('verify', '--user', '--man=no', join(root, written))).toEqual({
      stdout: '',
      stderr: '',
    });
  });

  it('ser2tcp-system.service exposes little: less than 3 of 10', async () => {
    const { stdout } = await analyze(
      'security',
      '--offline=true',
      '--no-pager',
      await unit('ser2tcp-system.service'),
    );
    expect(Number(/Overall exposure level for \S+: ([\d.]+)/.exec(stdout)?.[1])).toBeLessThan(3);
  });
});

describe('install-service --system', () => {
  it.each(['installService', 'uninstallService'] as const)('%s is for root alone', async (does) => {
    const { [does]: run } = await built();
    jest.spyOn(process, 'getuid').mockReturnValue(1000);
    await expect(run({ scope: 'system', dryRun: false })).rejects.toThrow('run this with sudo');
  });

  it.each([false, true])('refuses a program that its user cannot reach (dry run: %s)', async (dryRun) => {
    const { installService } = await built();
    jest.spyOn(process, 'getuid').mockReturnValue(0);
    jest.replaceProperty(process, 'execPath', '/home/ann/.nvm/node');
    await expect(installService({ scope: 'system', dryRun })).rejects.toThrow(
      'cannot reach /home/ann/.nvm/node: install Node.js and ser2tcp for all users',
    );
  });
});
