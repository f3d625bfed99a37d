import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config, ConfigDocument } from '../../src/config/config.js';
import { ConfigFile } from '../../src/config/config-file.js';
import { ConfigService } from '../../src/config/config.service.js';
import { RecordingLog } from '../support/log.js';

const port = (device: string) => ({ serial: { port: device } });

let folder: string;
let path: string;
let steps: string[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ser2tcp-service-'));
  path = join(folder, 'config.json');
  steps = [];
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function service(document: unknown = { ports: [port('old')] }): Promise<ConfigService> {
  await writeFile(path, JSON.stringify(document));
  const file = new ConfigFile(path);
  return new ConfigService(file, (await file.read()).config);
}

const kept = async () => JSON.parse(await readFile(path, 'utf8')) as ConfigDocument;
const devices = (config: Config) => config.ports.map(({ value }) => value?.serial.port ?? 'broken').join(',');

/** Writes down what it is asked for, and fails where it is told to. */
function applier(config: ConfigService, name: string, failing: 'apply' | 'undo' | 'settle' | '' = ''): void {
  const step = (what: string) => {
    steps.push(`${name} ${what}`);
    return what.startsWith(failing || '-')
      ? Promise.reject(new Error(`${name} cannot ${failing}`))
      : Promise.resolve();
  };
  config.register({
    apply: async (next) => {
      await step(`apply ${devices(next)}`);
      steps.push(`file ${JSON.stringify((await kept()).ports)}`);
      return { undo: () => step('undo'), settle: () => step('settle') };
    },
  });
}

const OLD = 'file [{"serial":{"port":"old"}}]';
const toNew = (draft: ConfigDocument) => void (draft.ports = [port('new')]);

describe('a change', () => {
  it('that changes nothing does nothing, and says so', async () => {
    const config = await service({ ports: [{ name: 'a', ...port('old') }] });
    applier(config, 'a');
    const text = await readFile(path, 'utf8');
    const same = await config.change((draft) => {
      draft.ports = [{ ...port('old'), name: 'a', none: undefined }];
    });
    expect([same, steps, await readFile(path, 'utf8')]).toEqual([false, [], text]);
    expect(await config.change(toNew)).toBe(true);
  });

  it('is checked, applied in order, written, and settled', async () => {
    const config = await service();
    applier(config, 'a');
    applier(config, 'b');
    await config.change(toNew);
    expect(steps).toEqual(['a apply new', OLD, 'b apply new', OLD, 'a settle', 'b settle']);
    expect(await kept()).toEqual({ ports: [port('new')] });
    expect(devices(config.current)).toBe('new');
  });

  it('that an applier refuses is undone in those before it, the last one first', async () => {
    const config = await service();
    applier(config, 'a');
    applier(config, 'b');
    applier(config, 'c', 'apply');
    applier(config, 'd');
    await expect(config.change(toNew)).rejects.toThrow('c cannot apply');
    expect(steps).toEqual(['a apply new', OLD, 'b apply new', OLD, 'c apply new', 'b undo', 'a undo']);
    expect(await kept()).toEqual({ ports: [port('old')] });
    expect(devices(config.current)).toBe('old');
  });

  it('that cannot be written is undone', async () => {
    const config = await service();
    applier(config, 'a');
    applier(config, 'b');
    await mkdir(join(folder, '.config.json.tmp', 'in the way'), { recursive: true });
    await expect(config.change(toNew)).rejects.toThrow(/^The change was not kept, cannot write /);
    expect(steps.slice(-2)).toEqual(['b undo', 'a undo']);
    expect(await kept()).toEqual({ ports: [port('old')] });
    expect(devices(config.current)).toBe('old');
  });

  it.each<[string, (draft: ConfigDocument) => void, string | RegExp]>([
    [
      'throws',
      () => {
        throw new RangeError('No such port');
      },
      'No such port',
    ],
    [
      'makes a mistake in an entry',
      (draft) => draft.ports.push(port('')),
      'ports[1].serial.port: must be a text that is not empty',
    ],
    [
      'makes a mistake in users',
      (draft) => void (draft.users = [{}]),
      /^users\[0\]\.login: is missing; it must be .*\nusers\[0\]\.password: /,
    ],
    [
      'takes the list away',
      (draft) => void ((draft as Record<string, unknown>)['ports'] = 'none'),
      'ports: must be a list in brackets',
    ],
  ])('whose edit %s changes nothing', async (_what, edit, sentence) => {
    const config = await service();
    const before = config.current;
    applier(config, 'a');
    const breaking = (draft: ConfigDocument) => {
      draft.ports[0] = port('new');
      edit(draft);
    };
    await expect(config.change(breaking)).rejects.toThrow(sentence);
    expect(steps).toEqual([]);
    expect(config.current).toBe(before);
    expect(config.current.document).toEqual({ ports: [port('old')] });
    expect(await kept()).toEqual({ ports: [port('old')] });
  });

  it('runs as it will be read again, whatever the edit put in', async () => {
    const config = await service();
    const entry = { ...port('new'), name: undefined, servers: undefined };
    await config.change((draft) => void draft.ports.push(entry));
    entry.serial.port = 'changed by its owner later on';
    expect(JSON.stringify(config.current.ports[1]?.written)).toBe(JSON.stringify(port('new')));
    expect(config.current.ports[1]?.written).not.toHaveProperty('name');
  });

  it('waits for the one before it, and starts from what that made, also when that failed', async () => {
    const config = await service({ ports: [] });
    applier(config, 'a');
    const add = (device: string) => config.change((draft) => void draft.ports.push(port(device)));
    const changes = [add('1'), add(''), add('2'), add('3')];
    const ended = (await Promise.allSettled(changes)).map(({ status }) => status);
    expect(ended).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
    expect(steps.filter((step) => !step.startsWith('file'))).toEqual([
      'a apply 1',
      'a settle',
      'a apply 1,2',
      'a settle',
      'a apply 1,2,3',
      'a settle',
    ]);
    expect(await kept()).toEqual({ ports: [port('1'), port('2'), port('3')] });
  });

  it('is taken back when the program stops, which waits for that; one that comes later is refused', async () => {
    const config = await service();
    let closed: Promise<unknown> | undefined;
    applier(config, 'a');
    config.register({
      apply: () => {
        closed = config.close().then(() => steps.push('closed'));
        return Promise.resolve({ undo: () => Promise.resolve(), settle: () => Promise.resolve() });
      },
    });
    applier(config, 'c');
    await expect(config.change(toNew)).rejects.toMatchObject({ code: 'STOPPING', status: 503 });
    await closed;
    await expect(config.change(toNew)).rejects.toMatchObject({ code: 'STOPPING' });
    await expect(config.reload()).rejects.toMatchObject({ code: 'STOPPING' });
    expect(steps).toEqual(['a apply new', OLD, 'a undo', 'closed']);
    expect([devices(config.current), (await kept()).ports]).toEqual(['old', [port('old')]]);
  });

  it('goes on with the other appliers when one cannot undo or settle, and tells', async () => {
    const log = new RecordingLog();
    Logger.overrideLogger(log);
    const config = await service();
    applier(config, 'a');
    applier(config, 'b', 'undo');
    applier(config, 'c', 'settle');
    await config.change(toNew);
    expect(steps.slice(-3)).toEqual(['a settle', 'b settle', 'c settle']);
    applier(config, 'd', 'apply');
    await expect(config.change((draft) => void (draft.ports = []))).rejects.toThrow('d cannot apply');
    expect(steps.slice(-3)).toEqual(['c undo', 'b undo', 'a undo']);
    expect(log.lines).toEqual([
      'ERROR [configuration] finishing a change: c cannot settle',
      'ERROR [configuration] taking back a change: b cannot undo',
    ]);
  });
});

describe('an entry that was broken before', () => {
  const broken = { serial: { port: 'x', parity: 'X' } };
  const server = { protocol: 'udp' };

  it('stays as it is, and stops no change that leaves it alone', async () => {
    const config = await service({
      ports: [broken, { ...port('old'), servers: [server] }],
      http: [{ port: 'x' }],
    });
    await config.change((draft) => {
      draft.ports.unshift(port('new'));
      draft.ports[2] = { ...port('renamed'), servers: [server] };
    });
    expect(devices(config.current)).toBe('new,broken,renamed');
    expect(await kept()).toEqual({
      ports: [port('new'), broken, { ...port('renamed'), servers: [server] }],
      http: [{ port: 'x' }],
    });
  });

  it.each<[string, (draft: ConfigDocument) => void, string]>([
    [
      'is broken in another way',
      (draft) => void (draft.ports[0] = { serial: { port: 'x', parity: 'Y' } }),
      'ports[0].serial.parity: ',
    ],
    [
      'comes a second time',
      (draft) => void draft.ports.push(structuredClone(draft.ports[0])),
      'ports[2].serial.parity: ',
    ],
    [
      'is the old one, and another breaks',
      (draft) => void (draft.ports[1] = {}),
      'ports[1].serial: is missing',
    ],
    [
      'gets its endpoint back, which another has now',
      (draft) =>
        void (draft.ports[0] = { ...port('x'), servers: [{ protocol: 'websocket', endpoint: 'e' }] }),
      'ports[1].servers[0].endpoint: is taken by ports[0].servers[0]',
    ],
  ])('stops a change when it %s', async (_what, edit, sentence) => {
    const websocket = { ...port('old'), servers: [{ protocol: 'websocket', endpoint: 'e' }] };
    const config = await service({ ports: [broken, websocket] });
    await expect(config.change(edit)).rejects.toThrow(sentence);
    expect(await kept()).toEqual({ ports: [broken, websocket] });
  });
});
