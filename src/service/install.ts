import { access, readFile, realpath } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  commandStep,
  configStep,
  removeStep,
  runSteps,
  ServiceNotInstalled,
  type Step,
  userOf,
  writeStep,
} from './steps.js';

export interface ServiceOptions {
  readonly scope: 'user' | 'system';
  /** Says the steps instead of doing them. */
  readonly dryRun: boolean;
  /** Puts the files below another root, such as an image; nothing is started there. */
  readonly root?: string;
}

const USER = 'ser2tcp';
const UNIT = 'ser2tcp.service';
/** Drivers of USB adapters: what the unit allows is looked up once, when it starts. */
const MODULES = ['usbserial', 'cdc_acm'];
/** An HTTP server on this machine alone, as at a first start. */
const FIRST_CONFIG = { ports: [], http: [{ name: 'main', address: '127.0.0.1', port: 20080 }] };

/** Where everything goes. */
function places({ scope, root = '/' }: ServiceOptions) {
  const home = join(root, homedir());
  return scope === 'user'
    ? {
        unit: join(home, '.config', 'systemd', 'user', UNIT),
        config: join(home, '.config', 'ser2tcp', 'config.json'),
      }
    : {
        unit: join(root, 'etc', 'systemd', 'system', UNIT),
        config: join(root, 'etc', 'ser2tcp', 'config.json'),
        modules: join(root, 'etc', 'modules-load.d', 'ser2tcp.conf'),
        users: join(root, 'etc', 'sysusers.d', 'ser2tcp.conf'),
      };
}

/** Puts the service in place and starts it, or starts it anew; a configuration that is there is kept. @throws ServiceNotInstalled */
export async function installService(options: ServiceOptions): Promise<void> {
  const { dryRun, root = '/', scope } = options;
  const at = places(options);
  const unit = await unitText(options);
  const owner = () =>
    scope === 'system' ? userOf(join(root, 'etc', 'passwd'), USER) : Promise.resolve(undefined);
  const config = configStep(at.config, `${JSON.stringify(FIRST_CONFIG, null, 4)}\n`, owner);
  const steps: Step[] = [];
  if (at.users && at.modules) {
    const modules = commandStep(
      'modprobe',
      ['-a', ...MODULES],
      'they are loaded at the next start of the machine',
    );
    steps.push(
      writeStep(at.users, `u ${USER} - "ser2tcp, serial port server"\ng dialout -\n`),
      commandStep('systemd-sysusers', [`--root=${root}`, basename(at.users)]),
      writeStep(at.modules, `${MODULES.join('\n')}\n`),
      ...(options.root === undefined ? [modules] : []),
    );
  }
  steps.push(config, writeStep(at.unit, unit));
  if (options.root === undefined) {
    steps.push(
      systemctl(scope, 'daemon-reload'),
      systemctl(scope, 'enable', UNIT),
      systemctl(scope, 'restart', UNIT),
    );
  } else if (scope === 'system') steps.push(commandStep('systemctl', [`--root=${root}`, 'enable', UNIT]));
  await runSteps(steps, dryRun);
  if (scope === 'user' && options.root === undefined)
    console.log(
      'It runs while you are logged in; for always: loginctl enable-linger. You must be in the group dialout.',
    );
}

/** Stops the service and takes it away; its configuration and user stay. @throws ServiceNotInstalled */
export async function uninstallService(options: ServiceOptions): Promise<void> {
  const { scope, root, dryRun } = options;
  const at = places(options);
  const there = await access(at.unit).then(
    () => true,
    () => false,
  );
  const steps: Step[] = [];
  if (there && root === undefined) steps.push(systemctl(scope, 'disable', '--now', UNIT));
  else if (there && scope === 'system')
    steps.push(commandStep('systemctl', [`--root=${root}`, 'disable', UNIT]));
  steps.push(removeStep(at.unit));
  if (at.modules && at.users) steps.push(removeStep(at.modules), removeStep(at.users));
  if (there && root === undefined) steps.push(systemctl(scope, 'daemon-reload'));
  await runSteps(steps, dryRun);
  console.log(`kept: ${at.config}${scope === 'system' ? ` and the user ${USER}` : ''}`);
}

const systemctl = (scope: 'user' | 'system', ...args: string[]) =>
  commandStep('systemctl', scope === 'user' ? ['--user', ...args] : args);

/** The unit of deploy/, which starts this very program by the Node that runs it. */
async function unitText({ scope, dryRun, root }: ServiceOptions): Promise<string> {
  const name = scope === 'user' ? 'ser2tcp.service' : 'ser2tcp-system.service';
  const text = await readFile(new URL(`../../deploy/${name}`, import.meta.url), 'utf8');
  const program = await realpath(fileURLToPath(new URL('../main.js', import.meta.url)));
  const hidden = [process.execPath, program].find((path) => /^\/(home|root|run\/user)\//.test(path));
  if (scope === 'system' && hidden !== undefined && root === undefined && !dryRun) {
    throw new ServiceNotInstalled(
      `The system service runs as another user, who cannot reach ${hidden}: install Node.js and ser2tcp for all users, say with "npm install --global --prefix /usr/local"`,
    );
  }
  return text.replace('/usr/local/bin/ser2tcp', () => `${quoted(process.execPath)} ${quoted(program)}`);
}

/** As systemd reads it: `%` and `$` stand for something, and a blank parts words. */
function quoted(path: string): string {
  const escaped = path
    .replace(/[\\"]/g, '\\$&')
    .replaceAll('%', '%%')
    .replaceAll('$', () => '$$');
  return /\s|["\\]/.test(path) ? `"${escaped}"` : escaped;
}
