import { afterEach, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { chmod } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { configFile, endPrograms } from '../support/program.js';

const DIST = join(import.meta.dirname, '..', '..', 'dist');
const NOBODY = { uid: 65534, gid: 65534 };
/** It takes root to be somebody else, and a program that is not where only root gets. */
const reachable = spawnSync(process.execPath, [join(DIST, 'main.js'), '--version'], NOBODY).status === 0;

(reachable ? describe : describe.skip)('the check of what the service of somebody else would serve', () => {
  afterEach(endPrograms);

  const check = async (path: string, folder = dirname(path)) => {
    const { checkStep } = (await import(
      join(DIST, 'service', 'config-check.js')
    )) as typeof import('../../src/service/config-check.js');
    return checkStep(path, { ownerOf: () => Promise.resolve(NOBODY), folder }).run();
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

  it('says why it could not look, and nothing of rights then', async () => {
    const path = await openFile({ ports: [] });
    await expect(check(path, `${path}.none`)).rejects.toThrow(/^spawn \S+ ENOENT$/);
  });

  it('says which keys he may not read', async () => {
    const certfile = await openFile('');
    await chmod(certfile, 0o600);
    const path = await openFile({ ports: [], http: [{ port: 8443, ssl: { certfile, keyfile: certfile } }] });
    expect(await check(path)).toContain(`http[0].ssl: Cannot use certfile ${certfile}: permission denied`);
  });
});
