import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serviceUser } from '../../src/service/service-user.js';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'ser2tcp-root-'));
  await mkdir(join(root, 'etc'));
});
afterEach(() => rm(root, { recursive: true }));

const write = async (passwd: string, group: string) => {
  await writeFile(join(root, 'etc/passwd'), passwd);
  await writeFile(join(root, 'etc/group'), group);
};
const user = () => serviceUser(root, 'ser2tcp', ['dialout']);

const PASSWD = 'root:x:0:0:root:/root:/bin/sh\nser2tcp:x:990:65534::/:/usr/sbin/nologin\n';

it('a service runs with the group of its name, and with those that list its user or that the unit gives', async () => {
  await write(
    PASSWD,
    'root:x:0:\nser2tcp:x:989:\ndialout:x:20:ann\nssl-cert:x:110:ann,ser2tcp\nothers:x:111:ser2tcpd\n',
  );
  expect(await user()).toEqual({ uid: 990, gid: 989, groups: [20, 110] });
});

it('and with that of its user where there is no group of that name', async () => {
  await write(PASSWD, 'root:x:0:\n');
  expect(await user()).toEqual({ uid: 990, gid: 65534, groups: [] });
});

it('and there may be no such user', async () => {
  expect(await user()).toBeUndefined();
  await write('ser2tcpd:x:990:990::/:\n', '');
  expect(await user()).toBeUndefined();
});
