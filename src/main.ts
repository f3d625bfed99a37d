#!/usr/bin/env node
import 'reflect-metadata';
import { text } from 'node:stream/consumers';
import { hashPassword } from './auth/password.js';
import { defaultConfigPath, parseArguments, USAGE_STATUS } from './cli.js';
import { AppError } from './errors.js';
import { holdYoungHeap } from './young-heap.js';

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
  if (error instanceof AppError) console.error(error.message.replace(/^/gm, 'ser2tcp: '));
  else console.error(error);
  process.exitCode = error instanceof AppError ? USAGE_STATUS : 1;
});
