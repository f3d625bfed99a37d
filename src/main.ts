#!/usr/bin/env node
import 'reflect-metadata';
import { text } from 'node:stream/consumers';
import { hashPassword } from './auth/password.js';
import { defaultConfigPath, parseArguments, USAGE_STATUS } from './cli.js';
import { AppError } from './errors.js';
import { type LogFormat, lineMaker } from './log-line.js';
import { holdYoungHeap } from './young-heap.js';

/** That of the log, once a server is asked for. */
let logFormat: LogFormat = 'text';

/**
 * Does what the command line asks for; the process ends by itself when there is nothing left to do. What a task needs is
 * loaded with it: the framework takes half a second, and nobody waits so long for a version.
 */
async function main(): Promise<void> {
  const task = parseArguments(process.argv.slice(2));
  switch (task.do) {
    case 'exit':
      process.exitCode = task.status;
      return;
    case 'list-usb': {
      const [{ listDevices }, { usbReport }] = await Promise.all([
        import('./serial/device-list.js'),
        import('./serial/usb-report.js'),
      ]);
      console.log(usbReport(await listDevices()).trimEnd());
      return;
    }
    case 'hash-password': {
      const password =
        task.password === '-' ? (await text(process.stdin)).replace(/\r?\n$/, '') : task.password;
      console.log(await hashPassword(password));
      return;
    }
    case 'install-service':
    case 'uninstall-service': {
      const { installService, uninstallService } = await import('./service/install.js');
      await (task.do === 'install-service' ? installService : uninstallService)(task.options);
      return;
    }
    case 'check': {
      const [{ ConfigFile }, { checkFile }] = await Promise.all([
        import('./config/config-file.js'),
        import('./check-file.js'),
      ]);
      const faults = await checkFile(new ConfigFile(task.config ?? defaultConfigPath()));
      if (faults > 0) process.exitCode = USAGE_STATUS;
      return;
    }
    case 'serve': {
      // By default it ends a program. The configuration is read after this, so one that comes so early has nothing to tell.
      process.on('SIGHUP', () => {});
      logFormat = task.logFormat;
      holdYoungHeap();
      const [{ ConfigFile }, { ensureDefaultConfig }, { serve }] = await Promise.all([
        import('./config/config-file.js'),
        import('./config/default-config.js'),
        import('./serve.js'),
      ]);
      const file = new ConfigFile(task.config ?? defaultConfigPath());
      const made = task.config === undefined ? await ensureDefaultConfig(file) : undefined;
      if (made) console.log(`Made ${file.path} with an HTTP server at ${made}`);
      await serve(file, task);
      return;
    }
  }
}

main().catch((error: unknown) => {
  const known = error instanceof AppError;
  if (logFormat === 'json') for (const line of startFailure(error)) console.error(line);
  else console.error(known ? error.message.replace(/^/gm, 'ser2tcp: ') : error);
  process.exitCode = known ? USAGE_STATUS : 1;
});

/** A line for each mistake, of the form that the log would have had. */
function startFailure(error: unknown): string[] {
  const lineOf = lineMaker('json', process.stderr.fd);
  const fault = { level: 'fatal', context: 'ser2tcp' } as const;
  if (error instanceof AppError) return error.message.split('\n').map((text) => lineOf({ ...fault, text }));
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  return [lineOf({ ...fault, text: message, ...(stack !== undefined && { stack }) })];
}
