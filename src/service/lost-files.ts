import { realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import type { Config } from '../config/config.js';
import type { ConfigIssue } from '../config/issues.js';
import { LOOP_PATH } from '../serial/loop-device.js';
import { isHidden } from './reach.js';
import type { Scope } from './systemd.js';

interface NamedFile {
  readonly kind: 'device' | 'certificate' | 'socket';
  readonly path: ConfigIssue['path'];
  readonly file: string;
}

/**
 * Files that the service would not find or could not make: it is started in another folder than whoever wrote the configuration,
 * and that of the machine does not see all folders and writes into two.
 */
export async function lostFiles(config: Config, scope: Scope): Promise<ConfigIssue[]> {
  const issues = filesIn(config).map(async (named) => ({
    path: named.path,
    message: isAbsolute(named.file)
      ? scope === 'system' && (await lostToMachine(named))
      : `${named.file} would be looked for in the folder of the service; write the whole path`,
  }));
  return (await Promise.all(issues)).flatMap(({ path, message }) => (message ? [{ path, message }] : []));
}

/** `ProtectSystem=strict` leaves these to be written, besides the folders that nobody else sees. */
const WRITABLE = /^\/(run|etc)\/ser2tcp\//;

async function lostToMachine({ kind, file }: NamedFile): Promise<string | undefined> {
  const real = await realPath(file);
  if (kind === 'socket')
    return WRITABLE.test(real)
      ? undefined
      : `the system service may not make ${file}, or nobody else would see it; take /run/ser2tcp for sockets`;
  // A link is as hidden as what it leads to.
  if (!isHidden(resolve(file)) && !isHidden(real)) return undefined;
  const remedy =
    kind === 'device' ? 'take a path of the device below /dev or /run' : 'take /etc/ser2tcp for certificates';
  return `the system service does not see ${file}; ${remedy}`;
}

/** Without links and `..`, also of what is not there yet. */
async function realPath(path: string): Promise<string> {
  const whole = resolve(path);
  return realpath(whole).catch(async () =>
    whole === '/' ? whole : join(await realPath(dirname(whole)), basename(whole)),
  );
}

/** Devices, certificates and Unix sockets, and the keys that name them. */
function filesIn({ ports, http }: Config): NamedFile[] {
  const devices = ports.flatMap(({ path, value }): NamedFile[] => {
    const file = value?.serial.port;
    return file === undefined || file === LOOP_PATH
      ? []
      : [{ kind: 'device', path: `${path}.serial.port`, file }];
  });
  const others = [...ports.flatMap(({ servers }) => servers), ...http].flatMap(
    ({ path, value }): NamedFile[] => {
      if (!value) return [];
      if ('protocol' in value && value.protocol === 'socket' && 'address' in value)
        return [{ kind: 'socket', path: `${path}.address`, file: value.address }];
      const { certfile, keyfile, ca_certs } = ('ssl' in value ? value.ssl : undefined) ?? {};
      return Object.entries({ certfile, keyfile, ca_certs }).flatMap(([key, file]): NamedFile[] =>
        file === undefined ? [] : [{ kind: 'certificate', path: `${path}.ssl.${key}`, file }],
      );
    },
  );
  return [...devices, ...others];
}
