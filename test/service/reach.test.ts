import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { chmod, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { refuseClosed, refuseHidden } from '../../src/service/reach.js';
import type { Owner, ServiceUser } from '../../src/service/service-user.js';

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
  let node: string;
  beforeEach(async () => {
    folder = await mkdtemp('/tmp/ser2tcp-reach-');
    await chmod(folder, 0o755);
    own = join(folder, 'ser2tcp');
    main = join(own, 'dist', 'main.js');
    await mkdir(dirname(main), { recursive: true });
    node = join(folder, 'node');
    await writeFile(main, '');
    await writeFile(node, '');
    for (const [path, mode] of [
      [own, 0o755],
      [dirname(main), 0o711],
      [main, 0o604],
      [node, 0o711],
    ] as const)
      await chmod(path, mode);
  });
  afterEach(() => rm(folder, { recursive: true }));

  const refuse = (user?: ServiceUser) => refuseClosed({ node, main }, own, user);

  it('may be where everybody gets to', () => refuse());

  it.each<[string, () => string, number, () => string]>([
    ['folder of others', () => folder, 0o700, () => `may not enter ${folder}: run "chmod go+rx ${folder}"`],
    [
      'folder that npm made with another umask',
      () => own,
      0o700,
      () => `may not enter ${own}: run "chmod -R go+rX ${own}", or install ser2tcp again after "umask 022"`,
    ],
    ['folder in that', () => dirname(main), 0o750, () => `may not enter ${dirname(main)}: run "chmod -R`],
    ['program that only some run', () => node, 0o754, () => `may not run ${node}: run "chmod go+rx ${node}"`],
    ['file', () => main, 0o640, () => `may not read ${main}: run "chmod -R go+rX ${own}"`],
  ])('must not be in a %s', async (_what, path, mode, sentence) => {
    await chmod(path(), mode);
    await expect(refuse()).rejects.toThrow(sentence());
  });

  /** Whose it is, and somebody else. */
  const ids = async (path: string) => {
    const { uid, gid } = await stat(path);
    return { of: { uid, gid }, stranger: { uid: uid + 1, gid: gid + 1 } };
  };

  it.each<[string, number, (of: Owner, stranger: Owner) => ServiceUser]>([
    ['the user', 0o700, ({ uid }, { gid }) => ({ uid, gid, groups: [] })],
    ['the group', 0o750, ({ gid }, { uid }) => ({ uid, gid, groups: [] })],
    ['a supplementary group', 0o710, ({ gid }, stranger) => ({ ...stranger, groups: [7, gid] })],
  ])('may be in a folder for %s of the service alone', async (_who, mode, userOf) => {
    await chmod(own, mode);
    await chmod(main, 0o644);
    const { of, stranger } = await ids(own);
    await refuse(userOf(of, stranger));
    await expect(refuse({ ...stranger, groups: [] })).rejects.toThrow(`may not enter ${own}`);
  });

  it('must not be in a folder that all but the group of the service may enter', async () => {
    await chmod(own, 0o705);
    const { of, stranger } = await ids(own);
    await expect(refuse({ uid: stranger.uid, gid: of.gid, groups: [] })).rejects.toThrow(
      `may not enter ${own}`,
    );
  });
});
