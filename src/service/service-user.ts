import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** Whom a service runs as. */
export interface ServiceUser extends Owner {
  /** Supplementary ones. */
  readonly groups: readonly number[];
}

/**
 * Who the user of a unit with `User=` and `Group=` of that name is, by the passwd and group of that root; undefined when it has
 * no such user. The primary group of passwd counts only where there is no group of that name: systemd.exec(5).
 * @param supplementary as in `SupplementaryGroups=`
 */
export async function serviceUser(
  root: string,
  name: string,
  supplementary: readonly string[],
): Promise<ServiceUser | undefined> {
  const [users, groups] = await Promise.all(['passwd', 'group'].map((file) => entries(root, file)));
  const user = users?.find(([login]) => login === name);
  if (!user) return undefined;
  const own = groups?.find(([group]) => group === name);
  const others = groups?.filter(
    ([group = '', , , members = '']) => supplementary.includes(group) || members.split(',').includes(name),
  );
  return {
    uid: Number(user[2]),
    gid: Number(own?.[2] ?? user[3]),
    groups: others?.map(([, , gid]) => Number(gid)) ?? [],
  };
}

async function entries(root: string, file: string): Promise<string[][]> {
  const text = await readFile(join(root, 'etc', file), 'utf8').catch(() => '');
  return text.split('\n').map((line) => line.split(':'));
}
