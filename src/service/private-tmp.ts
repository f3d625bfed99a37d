import { readFile } from 'node:fs/promises';
import type { Config } from '../config/config.js';
import type { ConfigService } from '../config/config.service.js';
import type { ConfigIssue } from '../config/issues.js';
import { SocketServerDto } from '../config/server.dto.js';

/** Root and place of a mount in a line of proc_pid_mountinfo(5), where systemd.exec(5) has made it for a service (PrivateTmp). */
const PRIVATE = /^(?:\S+ ){3}\S*\/systemd-private-[^ /]+\/tmp (\/tmp|\/var\/tmp) /gm;

/** Sockets that listen where nobody else can see them. */
export function hiddenSockets(config: Config, mountinfo: string): ConfigIssue[] {
  const folders = [...mountinfo.matchAll(PRIVATE)].map(([, folder]) => `${folder}/`);
  return config.ports
    .flatMap(({ servers }) => servers)
    .flatMap(({ path, value }) => {
      if (!(value instanceof SocketServerDto)) return [];
      const folder = folders.find((folder) => value.address.startsWith(folder));
      if (folder === undefined) return [];
      const message = `nobody else sees ${value.address}, as this service has a ${folder.slice(0, -1)} of its own (PrivateTmp); take a path below /run/ser2tcp`;
      return [{ path: `${path}.address`, message }];
    });
}

/** Tells of each that a change of the configuration brings. */
export function watchHiddenSockets(
  config: ConfigService,
  mountinfo: string,
  tell: (issue: ConfigIssue) => void,
): void {
  config.register({
    apply: (next) => {
      const before = new Set(hiddenSockets(config.current, mountinfo).map(({ message }) => message));
      const added = hiddenSockets(next, mountinfo).filter(({ message }) => !before.has(message));
      return Promise.resolve({
        undo: () => Promise.resolve(),
        settle: () => Promise.resolve(added.forEach(tell)),
      });
    },
  });
}

export const readMountinfo = () => readFile('/proc/self/mountinfo', 'utf8').catch(() => '');
