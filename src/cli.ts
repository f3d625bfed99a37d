import { Command, CommanderError, Option } from 'commander';
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { LOG_FORMATS, type LogFormat } from './log-line.js';
import type { ServiceOptions } from './service/install.js';

/** What the command line asks for. */
export type Task =
  | { do: 'serve'; config?: string; verbosity: number; logFormat: LogFormat }
  | { do: 'check'; config?: string }
  | { do: 'install-service' | 'uninstall-service'; options: ServiceOptions }
  | { do: 'list-usb' }
  | { do: 'hash-password'; password: string }
  | { do: 'exit'; status: number };

/** Exit status for a mistake in options or configuration. */
export const USAGE_STATUS = 2;

/** Where the configuration is without `-c`. */
export const defaultConfigPath = () => join(homedir(), '.config', 'ser2tcp', 'config.json');

const version = () =>
  (JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string })
    .version;

interface Options {
  verbose: number;
  logFormat: LogFormat;
  usb?: boolean;
  hashPassword?: string;
  config?: string;
  check?: boolean;
}

interface ServiceArguments {
  user?: boolean;
  system?: boolean;
  dryRun?: boolean;
  root?: string;
}

function serviceOptions(
  { user, system, dryRun = false, root }: ServiceArguments,
  config: string | undefined,
): ServiceOptions {
  const isRoot = process.getuid?.() === 0;
  const scope = system || (!user && isRoot) ? 'system' : 'user';
  return {
    scope,
    dryRun,
    ...(root !== undefined && { root: resolve(root) }),
    ...(config !== undefined && { config: resolve(config) }),
  };
}

/** How a server in this terminal speaks: it has no effect on a service, and scripts say it all the same. */
const HARMLESS = ['verbose', 'logFormat'];

/** What asks for something else than a service. */
function refuseOthers(program: Command, command: Command, taken: string | undefined): void {
  for (const option of program.options) {
    const name = option.attributeName();
    if (name === taken || HARMLESS.includes(name)) continue;
    if (program.getOptionValueSource(name) === 'cli')
      command.error(`error: option '${option.flags}' cannot be used with ${command.name()}`);
  }
}

/** A word that stands alone is a command or a file, as other programs take them. */
function meantBy({ args: [word = ''], commands }: Command): string {
  return /^[a-z-]+$/.test(word)
    ? `The commands are ${commands.map((command) => command.name()).join(' and ')}`
    : `Did you mean -c ${word}?`;
}

/** Reads the arguments; help, version and mistakes are printed here. */
export function parseArguments(args: readonly string[]): Task {
  const program = new Command('ser2tcp')
    .description('Serial devices over TCP, telnet, TLS, WebSocket and Unix sockets')
    .helpOption('-h, --help', 'show this help message and exit')
    .version(`ser2tcp ${version()}`, '-V, --version', "show program's version number and exit")
    .option(
      '-v, --verbose',
      'Increase verbosity (-v: info, -vv: debug)',
      (_: string, before: number) => before + 1,
      0,
    )
    .option('-u, --usb', 'List USB serial devices and exit')
    .option(
      '--hash-password <PASSWORD>',
      'Hash password for config file and exit; - reads it from standard input',
    )
    .option('-c, --config <CONFIG>', 'configuration in JSON format (default: ~/.config/ser2tcp/config.json)')
    .option('--check', 'Check the configuration, say what it would serve, and exit')
    .addOption(
      new Option('--log-format <FORMAT>', 'how lines of the log are written')
        .choices(LOG_FORMATS)
        .default('text'),
    )
    .allowExcessArguments(false)
    .exitOverride()
    // Its own: without it a program that has commands takes them only.
    .action(() => {});
  let task: Task | undefined;
  for (const [name, what, taken] of [
    ['install-service', 'Start ser2tcp by systemd, now and whenever the machine or session starts', 'config'],
    ['uninstall-service', 'Take that away again; the configuration stays', undefined],
  ] as const) {
    const command = program
      .command(name)
      .description(what)
      .addOption(new Option('--user', 'for the user who runs this').conflicts('system'))
      .option('--system', 'for the machine, as a user of its own; the default for root')
      .option('--dry-run', 'only say each step')
      .option('--root <DIR>', 'put the files below DIR, and start nothing')
      .allowExcessArguments(false)
      .action((given: ServiceArguments) => {
        refuseOthers(program, command, taken);
        task = { do: name, options: serviceOptions(given, program.opts<Options>().config) };
      });
    // The program itself takes it, before and after the command; it stands here for the help.
    if (taken)
      command.option('-c, --config <CONFIG>', 'a configuration to take over where there is none yet');
  }
  try {
    program.parse(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === 'commander.excessArguments') console.error(meantBy(program));
    return { do: 'exit', status: error.exitCode === 0 ? 0 : USAGE_STATUS };
  }
  if (task) return task;
  const { usb, hashPassword, config, check, verbose, logFormat } = program.opts<Options>();
  const named = config !== undefined && { config };
  if (usb) return { do: 'list-usb' };
  if (hashPassword !== undefined) return { do: 'hash-password', password: hashPassword };
  if (check) return { do: 'check', ...named };
  return { do: 'serve', verbosity: verbose, logFormat, ...named };
}
