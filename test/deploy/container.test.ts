/** What a container of this project is made of and starts, as far as that shows without one. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { PROJECT } from '../support/pages.js';
import { configFile, endPrograms, Program } from '../support/program.js';
import { Reader } from '../support/reader.js';

const deployed = (name: string) => join(PROJECT, 'deploy', name);
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ser2tcp-container-'));
});
afterEach(async () => {
  await endPrograms();
  await rm(folder, { recursive: true, force: true });
});

interface Service {
  network_mode?: string;
  read_only: boolean;
  cap_drop: string[];
  security_opt: string[];
  volumes: string[];
  ports: string[];
  devices?: string[];
  device_cgroup_rules?: string[];
}

describe('a service of compose.yaml', () => {
  const read = async () =>
    (parse(await readFile(join(PROJECT, 'compose.yaml'), 'utf8')) as { services: Record<string, Service> })
      .services;

  it('there is one for a device, and one for all of them', async () => {
    const services = await read();
    expect(Object.keys(services)).toEqual(['ser2tcp', 'ser2tcp-all']);
    expect(services['ser2tcp']?.devices).toEqual(['/dev/ttyUSB0']);
    expect(services['ser2tcp-all']?.volumes).toContain('/dev:/dev');
    expect(services['ser2tcp-all']?.device_cgroup_rules).toEqual(
      [4, 166, 188, 204, 207, 216].map((major) => `c ${major}:* rmw`),
    );
  });

  it.each(['ser2tcp', 'ser2tcp-all'])(
    '%s opens what it serves to this machine alone, and has no rights of root',
    async (name) => {
      const service = (await read())[name] as Service;
      expect(service.network_mode).toBeUndefined();
      for (const port of service.ports) expect(port).toMatch(/^127\.0\.0\.1:/);
      expect(service.ports).toContain('127.0.0.1:20080:20080');
      expect(service.volumes).toContain('ser2tcp:/config');
      expect(service).toMatchObject({
        read_only: true,
        cap_drop: ['ALL'],
        security_opt: ['no-new-privileges:true'],
      });
    },
  );
});

interface Image {
  user: string;
  volumes: string[];
  env: Record<string, string>;
  entrypoint: string[];
  command: string[];
  health: string[];
}
interface Reading {
  stagesOf: (text: string) => { name?: string; instructions: { name: string; rest: string }[] }[];
  imageOf: (stage: unknown) => Image;
  ignorer: (text: string) => (path: string) => boolean;
}
const reading = async () => (await import(join(PROJECT, 'scripts', 'package', 'dockerfile.mjs'))) as Reading;

describe('the Dockerfile', () => {
  it('starts what the package has, not as root, with folders of its own for what changes', async () => {
    const { stagesOf, imageOf } = await reading();
    const stages = stagesOf(await readFile(join(PROJECT, 'Dockerfile'), 'utf8'));
    expect(stages.map(({ name }) => name)).toEqual(['build', undefined]);
    const { user, volumes, env, entrypoint, command, health } = imageOf(stages[1]);
    expect({ user, volumes, command }).toEqual({
      user: 'ser2tcp',
      volumes: ['/config', '/run/ser2tcp'],
      command: ['-v', '-c', '/config/config.json'],
    });
    expect(env['SER2TCP_LIVE_SOCKET']).toMatch(/^\/run\/ser2tcp\//);
    for (const [does, script] of [entrypoint, health])
      expect([does, script?.replace('/opt/ser2tcp/lib/node_modules/ser2tcp/', '')]).toEqual([
        'node',
        expect.stringMatching(/^deploy\/(container|health)\.mjs$/),
      ]);
  });

  it.each<[string, boolean]>([
    ['src/main.ts', false],
    ['dist', true],
    ['dist/main.js', true],
    ['client/dist/index.html', true],
    ['client/src/distance.ts', false],
    ['node_modules/a/b', true],
    ['client/node_modules/a', true],
    ['ser2tcp-1.0.0.tgz', true],
    ['.git/config', true],
    ['.gitignore', false],
  ])('is built of %s: left out %s', async (path, leftOut) => {
    const { ignorer } = await reading();
    expect(ignorer(await readFile(join(PROJECT, '.dockerignore'), 'utf8'))(path)).toBe(leftOut);
  });
});

describe('the entry point of the container', () => {
  const start = (...args: string[]) => spawn(process.execPath, [deployed('container.mjs'), ...args]);

  it('makes the configuration where there is none, for its owner alone, and keeps one that is there', async () => {
    const path = join(folder, 'config.json');
    const made = start('--check', '-c', path);
    const said = new Reader(made.stdout);
    await once(made, 'close');
    expect(await said.upTo('an account')).toContain(`Made ${path}\nhttp main: http://0.0.0.0:20080\n`);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    await writeFile(path, '{"ports": []}');
    const [status] = await once(start('--check', '-c', path), 'close');
    expect(status).toBe(0);
    expect(await readFile(path, 'utf8')).toBe('{"ports": []}');
  });

  it('says whose the folder must be when it cannot', async () => {
    const child = start('-c', join(folder, 'nowhere', 'config.json'));
    const said = new Reader(child.stderr);
    expect(await said.upTo('\n')).toMatch(
      /^ser2tcp: Cannot make \S+: ENOENT\. Its folder must belong to the user of the container: chown \d+:\d+\n$/,
    );
    expect(await once(child, 'close')).toEqual([2, null]);
  });
});

describe('the health check of the container', () => {
  const live = () => join(folder, 'live.sock');
  const env = () => ({ SER2TCP_LIVE_SOCKET: live() });
  const check = () =>
    promisify(execFile)(process.execPath, [deployed('health.mjs')], { env: { ...process.env, ...env() } });

  it.each<[string, string]>([
    ['no http server', '{"ports": [], "http": null}'],
    ['a byte order mark', '\ufeff{"ports": []}'],
  ])('is content with a configuration that has %s', async (_what, text) => {
    const program = new Program(['-v', '-c', await configFile(text)], env());
    await program.said(/serving /);
    await check();
  });

  it('asks what runs, whatever the file became, and also after a sudden end', async () => {
    const path = await configFile({ ports: [] });
    const killed = new Program(['-v', '-c', path], env());
    await killed.said(/serving /);
    killed.child.kill('SIGKILL');
    await killed.ended;
    await expect(check()).rejects.toThrow('ECONNREFUSED');
    const program = new Program(['-v', '-c', path], env());
    await program.said(/serving /);
    await writeFile(path, '{');
    await program.said(/is not used/);
    await check();
    program.child.kill('SIGTERM');
    expect((await program.ended).status).toBe(0);
    await expect(check()).rejects.toThrow('ENOENT');
  });

  it('takes the place of no other file, and of no program that lives', async () => {
    const path = await configFile({ ports: [] });
    await writeFile(live(), 'precious');
    const first = new Program(['-v', '-c', path], env());
    await first.said(/WARNING \[service\] .*there is a file that is no socket; it is left alone/);
    expect(await readFile(live(), 'utf8')).toBe('precious');
    await rm(live());
    const second = new Program(['-v', '-c', path], env());
    await second.said(/serving /);
    const third = new Program(['-v', '-c', path], env());
    await third.said(/WARNING \[service\] .*another program listens on it/);
  });

  it('is no reason not to serve when it cannot be asked', async () => {
    const program = new Program(['-v', '-c', await configFile({ ports: [] })], {
      SER2TCP_LIVE_SOCKET: join(folder, 'nowhere', 'live.sock'),
    });
    await program.said(/WARNING \[service\] nobody can ask at \S+ whether it lives: \S/);
    await program.said(/serving /);
  });
});
