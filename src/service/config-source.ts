import { readFile } from 'node:fs/promises';
import { issueText } from '../config/issues.js';
import { sentence } from '../errors.js';
import { lookAt } from './look.js';
import { lostFiles } from './lost-files.js';
import { type ConfigStep, ServiceNotInstalled } from './steps.js';
import type { Scope } from './systemd.js';

/** An HTTP server on this machine alone, as at a first start. */
const FIRST_CONFIG = { ports: [], http: [{ name: 'main', address: '127.0.0.1', port: 20080 }] };

export interface ConfigPlaces {
  /** What the service reads. */
  readonly config: string;
  /** That of the Python program's service. */
  readonly oldConfig?: string;
}

/** What the configuration of the service is made of; one that is there is kept. */
export type ConfigSource =
  | { from: 'kept' }
  | { from: 'given'; path: string }
  | { from: 'old'; path: string }
  | { from: 'nothing' }
  /** Only in a dry run: nobody knows whether there is one. */
  | { from: 'unseen' };

/**
 * What a dry run of somebody who will be root later may not look at is said, and is no reason to stop.
 * @param given the file that is asked for, if any
 * @throws ServiceNotInstalled when the one that is there is another one or cannot be served, or the given one would mean
 * something else for the service
 * @throws ConfigUnreadable, ConfigInvalid when the given one cannot be served
 */
export async function configSource(
  { scope, dryRun }: { scope: Scope; dryRun: boolean },
  { config, oldConfig }: ConfigPlaces,
  given?: string,
): Promise<ConfigSource> {
  const asks = dryRun && scope === 'system';
  const seen = await lookAt(config);
  if (seen === 'hidden' && !asks)
    throw new ServiceNotInstalled(`Cannot look at ${config}: no permission; its folder must be yours`);
  if (seen === 'hidden' || (seen === 'closed' && asks)) {
    sayUnseen(config);
    return { from: seen === 'hidden' ? 'unseen' : 'kept' };
  }
  if (seen !== 'absent') {
    if (given !== undefined) await refuseOther(config, given);
    await refuseUseless(config);
    return { from: 'kept' };
  }
  if (given !== undefined) {
    await refuseLost(given, scope);
    return { from: 'given', path: given };
  }
  const old = oldConfig === undefined ? 'absent' : await lookAt(oldConfig);
  if (oldConfig === undefined || old === 'absent') return { from: 'nothing' };
  if (asks && old !== 'readable') sayUnseen(oldConfig);
  else await refuseUseless(oldConfig);
  return { from: 'old', path: oldConfig };
}

const sayUnseen = (path: string) =>
  console.log(`cannot look at ${path} as this user; with sudo this says more`);

/** What the step says and writes. */
export function firstConfig(source: ConfigSource, config: string): Pick<ConfigStep, 'says' | 'text'> {
  if ('path' in source)
    return { says: `copy ${source.path} to ${config}`, text: () => readFile(source.path, 'utf8') };
  const text = () => Promise.resolve(`${JSON.stringify(FIRST_CONFIG, null, 4)}\n`);
  const says = {
    kept: `keep ${config}`,
    nothing: `make ${config}`,
    unseen: `make ${config} where there is none`,
  };
  return { says: says[source.from], text };
}

async function refuseOther(config: string, given: string): Promise<void> {
  const { text } = await readConfig(given);
  // One that is damaged is another one, too.
  if ((await readFile(config, 'utf8').catch(() => undefined)) === text) return;
  throw new ServiceNotInstalled(
    `The service has a configuration already, ${config}, which is not the same as ${given}: to keep it run this without -c, to serve yours copy it there first ("cp ${given} ${config}")`,
  );
}

/** A service that runs is not stopped for one that would end at once. */
async function refuseUseless(path: string): Promise<void> {
  try {
    await readConfig(path);
  } catch (error) {
    throw new ServiceNotInstalled(
      `${sentence(error)}\nThe service could not start with that, so nothing was touched: mend ${path} first; "ser2tcp --check -c ${path}" says whether it is right`,
      error,
    );
  }
}

async function refuseLost(given: string, scope: Scope): Promise<void> {
  const { config, locate } = await readConfig(given);
  const issues = await lostFiles(config, scope);
  if (issues.length > 0)
    throw new ServiceNotInstalled(issues.map((issue) => issueText(issue, locate(issue))).join('\n'));
}

/** With it comes what checks configurations, which not every installation needs. */
async function readConfig(path: string) {
  const { ConfigFile } = await import('../config/config-file.js');
  return new ConfigFile(path).read();
}
