import { lstat, readdir } from 'node:fs/promises';
import { homedir, userInfo } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { checkStep } from './config-check.js';
import { configSource, firstConfig } from './config-source.js';
import { serviceUser } from './service-user.js';
import {
  commandStep,
  configStep,
  moveStep,
  removeStep,
  runSteps,
  ServiceNotInstalled,
  type Step,
  writeStep,
} from './steps.js';
import { noSession, refuseWithoutSystemd, type Scope, systemctl } from './systemd.js';
import { deviceGroup, unitAt, unitText } from './unit.js';

export interface ServiceOptions {
  readonly scope: Scope;
  /** Says the steps instead of doing them. */
  readonly dryRun: boolean;
  /** Puts the files below another root, such as an image; nothing is started there. */
  readonly root?: string;
  /** A configuration for a service that has none yet. */
  readonly config?: string;
}

const USER = 'ser2tcp';
const UNIT = 'ser2tcp.service';
/** Drivers of USB adapters: what the unit allows is looked up once, when it starts. */
const MODULES = ['usbserial', 'cdc_acm'];

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
        /** That of the Python program's system service. */
        oldConfig: join(root, 'etc', 'ser2tcp.conf'),
        modules: join(root, 'etc', 'modules-load.d', 'ser2tcp.conf'),
        users: join(root, 'etc', 'sysusers.d', 'ser2tcp.conf'),
      };
}

/**
 * Puts the service in place and starts it, or starts it anew; a configuration that is there is kept, else the given one or
 * that of the Python program is taken over, and a unit that somebody else made is put aside.
 * @throws ServiceNotInstalled
 * @throws ConfigUnreadable, ConfigInvalid for the given one
 */
export async function installService(options: ServiceOptions): Promise<void> {
  const { dryRun, root = '/', scope } = options;
  refuseStranger(options);
  const at = places(options);
  const group = await deviceGroup(root);
  const owner = () => (scope === 'system' ? serviceUser(root, USER, [group]) : Promise.resolve(undefined));
  const unit = await unitText(scope, group, options.root, await owner());
  if (!dryRun && options.root === undefined) await refuseWithoutSystemd(scope);
  const source = await configSource(options, at, options.config);
  const steps: Step[] = [];
  if (at.users && at.modules) {
    const modules = commandStep('modprobe', ['-a', ...MODULES], {
      mayFail: 'they are loaded at the next start of the machine',
    });
    steps.push(
      writeStep(at.users, `u ${USER} - "ser2tcp, serial port server"\ng ${group} -\n`),
      commandStep('systemd-sysusers', [`--root=${root}`, basename(at.users)]),
      writeStep(at.modules, `${MODULES.join('\n')}\n`),
      ...(options.root === undefined ? [modules] : []),
    );
  }
  steps.push(
    configStep(at.config, { ...firstConfig(source, at.config), ownerOf: owner, ...folderOf(scope) }),
  );
  if (options.root === undefined && source.from !== 'nothing')
    steps.push(
      checkStep(at.config, { userOf: owner, folder: scope === 'system' ? dirname(at.config) : homedir() }),
    );
  if ((await unitAt(at.unit)) === 'foreign') steps.push(moveStep(at.unit, await asideOf(at.unit)));
  steps.push(writeStep(at.unit, unit));
  if (options.root === undefined) {
    const advice = noSession(scope);
    const journal = scope === 'system' ? 'journalctl -u ser2tcp' : 'journalctl --user -u ser2tcp';
    const why = `"${journal}" and "ser2tcp --check -c ${at.config}" say why`;
    steps.push(
      systemctl(scope, ['daemon-reload'], { advice }),
      systemctl(scope, ['enable', UNIT], { advice }),
      systemctl(scope, ['restart', UNIT], { advice: advice ?? why }),
    );
  } else if (scope === 'system') steps.push(commandStep('systemctl', [`--root=${root}`, 'enable', UNIT]));
  await runSteps(steps, dryRun);
  if (source.from === 'given' && !dryRun)
    console.log(`From now on the service reads ${at.config}, and ${source.path} no more: change it there.`);
  if (scope === 'user' && options.root === undefined) console.log(userHints(group));
}

/**
 * Stops the service and takes it away; its configuration and user stay, and a unit that somebody else made. Where nothing
 * can be stopped, the files are taken away all the same.
 * @throws ServiceNotInstalled
 */
export async function uninstallService(options: ServiceOptions): Promise<void> {
  const { scope, root, dryRun } = options;
  refuseStranger(options);
  const at = places(options);
  const whose = await unitAt(at.unit);
  const steps: Step[] = [];
  const failing = { advice: noSession(scope), mayFail: 'the files are taken away all the same' };
  if (whose === 'foreign') console.log(`kept: ${at.unit}, which install-service did not make`);
  else {
    if (whose === 'ours' && root === undefined)
      steps.push(systemctl(scope, ['disable', '--now', UNIT], failing));
    else if (whose === 'ours' && scope === 'system')
      steps.push(commandStep('systemctl', [`--root=${root}`, 'disable', UNIT], failing));
    steps.push(removeStep(at.unit));
  }
  if (at.modules && at.users) steps.push(removeStep(at.modules), removeStep(at.users));
  if (whose === 'ours' && root === undefined) steps.push(systemctl(scope, ['daemon-reload'], failing));
  await runSteps(steps, dryRun);
  for (const left of await beside(at.unit)) console.log(`kept: ${left}`);
  console.log(`kept: ${at.config}${scope === 'system' ? ` and the user ${USER}` : ''}`);
}

/** @throws ServiceNotInstalled when it takes root and this is somebody else */
function refuseStranger({ scope, dryRun, root }: ServiceOptions): void {
  if (scope !== 'system' || dryRun || root !== undefined || process.getuid?.() === 0) return;
  throw new ServiceNotInstalled('The service of the machine is for root to change: run this with sudo');
}

/** Others see nothing of a user's settings; the group of the service may look into its folder. */
const folderOf = (scope: Scope) => ({ folderMode: scope === 'user' ? 0o700 : 0o750 });

const exists = (path: string) =>
  lstat(path).then(
    () => true,
    () => false,
  );

const aside = (unit: string) => `${unit}.before`;

/** A systemd that linger or another session keeps alive knows nothing of a group that was joined meanwhile. */
const userHints = (group: string) =>
  [
    `It runs while you are logged in; for always: loginctl enable-linger. You must be in the group ${group};`,
    `once you have joined it, a new login is not enough: sudo systemctl restart user@${userInfo().uid}, or restart the machine.`,
  ].join('\n');

/** Units that were put aside, and what `systemctl edit` has made; systemd would use that for the next unit of this name, too. */
async function beside(unit: string): Promise<string[]> {
  const names = await readdir(dirname(unit)).catch((): string[] => []);
  const ofUnit = names.filter((name) => name.startsWith(basename(aside(unit)))).sort();
  return [
    ...ofUnit.map((name) => `${join(dirname(unit), name)}, a unit that was there before`),
    ...(names.includes(`${basename(unit)}.d`) ? [`${unit}.d, changes to the unit by systemctl edit`] : []),
  ];
}

/** A name that is free. */
async function asideOf(unit: string): Promise<string> {
  let name = aside(unit);
  for (let count = 2; await exists(name); count++) name = `${aside(unit)}-${count}`;
  return name;
}
