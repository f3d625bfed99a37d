import { Command, CommanderError } from 'commander';
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** What the command line asks for. */
export type Task =
  | { do: 'serve'; config?: string; verbosity: number }
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
    .allowExcessArguments(false)
    .exitOverride();
  try {
    program.parse(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return { do: 'exit', status: error.exitCode === 0 ? 0 : USAGE_STATUS };
  }
  const options = program.opts<{ verbose: number; usb?: boolean; hashPassword?: string; config?: string }>();
  if (options.usb) return { do: 'list-usb' };
  if (options.hashPassword !== undefined) return { do: 'hash-password', password: options.hashPassword };
  return {
    do: 'serve',
    verbosity: options.verbose,
    ...(options.config !== undefined && { config: options.config }),
  };
}
