import { afterEach, describe, expect, it } from '@jest/globals';
import { chmod, chown } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ConfigCheck } from '../../src/service/config-check.js';
import { configFile, endPrograms, isReachable } from '../support/program.js';

const DIST = join(import.meta.dirname, '..', '..', 'dist');
const NOBODY = { uid: 65534, gid: 65534, groups: [] };
/** It takes root to be somebody else, and a program that is not where only root gets. */
const reachable = isReachable(['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups']);

(reachable ? describe : describe.skip)('the check of what the service of somebody else would serve', () => {
  afterEach(endPrograms);

  const check = async (path: string, how: Partial<ConfigCheck> = {}) => {
    const { checkStep } = (await import(
      join(DIST, 'service', 'config-check.js')
    )) as typeof import('../../src/service/config-check.js');
    return checkStep(path, { userOf: () => Promise.resolve(NOBODY), folder: dirname(path), ...how }).run();
  };
  /** In a folder that everybody may look into. */
  const openFile = async (content: unknown) => {
    const path = await configFile(content);
    await chmod(dirname(path), 0o755);
    return path;
  };

  it('has nothing to say of a file that is right', async () => {
    expect(await check(await openFile({ ports: [] }))).toBeUndefined();
  });

  it('stops at a file that this user may not read, and says how to give it to him', async () => {
    const path = await openFile({ ports: [] });
    await chmod(path, 0o600);
    await expect(check(path)).rejects.toThrow(
      new RegExp(
        `Cannot read the configuration ${path}: no permission.*run "chown 65534:65534 ${path}" and "chmod 600 ${path}"`,
      ),
    );
  });

  it('reads what a supplementary group of his may read', async () => {
    const path = await openFile({ ports: [] });
    await chown(path, 0, 4242);
    await chmod(path, 0o640);
    const userOf = () => Promise.resolve({ ...NOBODY, groups: [4241, 4242] });
    expect(await check(path, { userOf })).toBeUndefined();
  });

  it('only says what he may not read where nothing can give him his groups', async () => {
    const path = await openFile({ ports: [] });
    await chmod(path, 0o600);
    expect(await check(path, { programs: '' })).toMatch(/no permission.*run "chown 65534:65534 /);
  });

  it('says why it could not look, and nothing of rights then', async () => {
    const path = await openFile({ ports: [] });
    await expect(check(path, { folder: `${path}.none` })).rejects.toThrow(/^spawn \S+ ENOENT$/);
  });

  it('says so when he cannot be given his groups', async () => {
    const userOf = () => Promise.resolve({ ...NOBODY, groups: [Number.NaN] });
    await expect(check(await openFile({ ports: [] }), { userOf })).rejects.toThrow(
      /^Command failed: setpriv .*\nsetpriv: [^;]*$/,
    );
  });

  it('says which keys he may not read', async () => {
    const certfile = await openFile('');
    await chmod(certfile, 0o600);
    const path = await openFile({ ports: [], http: [{ port: 8443, ssl: { certfile, keyfile: certfile } }] });
    expect(await check(path)).toContain(`http[0].ssl: Cannot use certfile ${certfile}: permission denied`);
  });
});
