import { describe } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The Debian package that brings each program, or for `python3-…` the module of /usr/bin/python3. */
const DEBIAN_PACKAGE = {
  socat: 'socat',
  openssl: 'openssl',
  telnet: 'inetutils-telnet',
  plink: 'putty-tools',
  python3: 'python3',
  'python3-serial': 'python3-serial',
  'python3-websocket': 'python3-websocket',
  nginx: 'nginx',
  caddy: 'caddy',
  curl: 'curl',
  jq: 'jq',
  ip: 'iproute2',
  'systemd-notify': 'systemd',
  'systemd-analyze': 'systemd',
  chromium: 'chromium',
} as const;

export type Program = keyof typeof DEBIAN_PACKAGE;

/** A `describe` that is skipped where one of the programs is missing; its name then says what to install. */
export function describeWith(programs: readonly Program[], name: string, tests: () => void): void {
  const missing = programs
    .filter((program) => !isInstalled(program))
    .map((program) => DEBIAN_PACKAGE[program]);
  const group = missing.length > 0 ? describe.skip : describe;
  const packages = missing.length > 1 ? 'packages' : 'package';
  group(missing.length > 0 ? `${name} (needs the Debian ${packages} ${missing.join(' and ')})` : name, tests);
}

function isInstalled(program: Program): boolean {
  const [, module] = /^python3-(.*)/.exec(program) ?? [];
  if (module !== undefined)
    return succeeds(() => execFileSync('/usr/bin/python3', ['-c', `import ${module}`], { stdio: 'ignore' }));
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.some((folder) => succeeds(() => accessSync(join(folder, program), constants.X_OK)));
}

function succeeds(attempt: () => unknown): boolean {
  try {
    attempt();
    return true;
  } catch {
    return false;
  }
}
