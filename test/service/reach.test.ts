import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { refuseClosed, refuseHidden } from '../../src/service/reach.js';

it.each(['/home/ann/node', '/root/node', '/run/user/0/node', '/tmp/x/node', '/var/tmp/node'])(
  'the system service does not see %s',
  (path) => {
    expect(() => refuseHidden(['/usr/bin/node', path])).toThrow(
      `cannot reach ${path}: install Node.js and ser2tcp for all users`,
    );
  },
);

it('and sees what is for all users', () => {
  refuseHidden(['/usr/bin/node', '/usr/local/lib/node_modules/ser2tcp/dist/main.js', '/tmpfs/main.js']);
});

describe('what the system service starts', () => {
  let folder: string;
  let own: string;
  let main: string;
  beforeEach(async () => {
    folder = await mkdtemp('/tmp/ser2tcp-reach-');
    await chmod(folder, 0o755);
    own = join(folder, 'ser2tcp');
    main = join(own, 'dist', 'main.js');
    await mkdir(dirname(main), { recursive: true });
    await writeFile(main, '');
    for (const [path, mode] of [
      [own, 0o755],
      [dirname(main), 0o711],
      [main, 0o604],
    ] as const)
      await chmod(path, mode);
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('may be where everybody gets to', () => refuseClosed([main], own));

  it.each<[string, () => string, number, () => string]>([
    ['folder of others', () => folder, 0o700, () => `may not enter ${folder}: run "chmod go+rx ${folder}"`],
    [
      'folder that npm made with another umask',
      () => own,
      0o700,
      () => `may not enter ${own}: run "chmod -R go+rX ${own}", or install ser2tcp again after "umask 022"`,
    ],
    ['folder in that', () => dirname(main), 0o750, () => `may not enter ${dirname(main)}: run "chmod -R`],
    ['file', () => main, 0o640, () => `may not read ${main}: run "chmod -R go+rX ${own}"`],
  ])('must not be in a %s', async (_what, path, mode, sentence) => {
    await chmod(path(), mode);
    await expect(refuseClosed([main], own)).rejects.toThrow(sentence());
  });
});
