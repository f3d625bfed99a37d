import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { refuseWithoutSystemd } from '../../src/service/systemd.js';

let folder: string;
const at = (name: string) => join(folder, name);
const path = () => [at('none'), at('bin')].join(delimiter);
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ser2tcp-systemd-'));
  await mkdir(at('bin'));
  await writeFile(at('bin/systemctl'), '#!/bin/sh\n');
});
afterEach(() => rm(folder, { recursive: true }));

it('a machine that has started with systemd can have a service', async () => {
  await chmod(at('bin/systemctl'), 0o755);
  await mkdir(at('booted'));
  await refuseWithoutSystemd('system', path(), at('booted'));
});

it('one that has the program only, such as a container, can not', async () => {
  await chmod(at('bin/systemctl'), 0o755);
  await expect(refuseWithoutSystemd('system', path(), at('booted'))).rejects.toThrow(
    `This machine is not run by systemd (${at('booted')} is not here): let what starts its services run "ser2tcp -v -c FILE"`,
  );
  // The systemd of a user is asked by systemctl itself.
  await refuseWithoutSystemd('user', path(), at('booted'));
});

it('nor can one that has a file of that name which is no program', async () => {
  await mkdir(at('booted'));
  for (const scope of ['user', 'system'] as const)
    await expect(refuseWithoutSystemd(scope, path(), at('booted'))).rejects.toThrow(
      '(the program systemctl is not here)',
    );
});
