import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.js';
import { entries } from './config/config.js';
import { ConfigFile } from './config/config-file.js';
import { ConfigReload } from './config/config-reload.js';
import { ConfigService } from './config/config.service.js';
import { issueText } from './config/issues.js';
import { sentence } from './errors.js';
import { Express } from './http/express.js';
import { Life } from './life.js';
import { Log } from './log.js';
import type { LogFormat } from './log-line.js';
import { LiveSocket } from './service/live-socket.js';
import { hiddenSockets, readMountinfo, watchHiddenSockets } from './service/private-tmp.js';
import { ServiceManager } from './service/service-manager.js';
import { releaseYoungHeap } from './young-heap.js';

/** How much is logged, and how. */
export interface LogOptions {
  readonly verbosity: number;
  readonly logFormat: LogFormat;
}

/**
 * Runs the server until a signal ends the process.
 * @throws ConfigUnreadable, ConfigInvalid before anything is opened
 */
export async function serve(file: ConfigFile, { verbosity, logFormat }: LogOptions): Promise<void> {
  const { config, locate } = await file.read();
  // Whoever read the log may go away; the server stays.
  process.stderr.on('error', () => {});
  const logger = new Log(verbosity, logFormat);
  const app = await NestFactory.create(AppModule.with(file, config), new Express(), {
    logger: verbosity > 1 ? logger : false,
    abortOnError: false,
    bodyParser: false,
  });
  Logger.overrideLogger(logger);
  await app.init();
  const log = new Logger('ser2tcp');
  // The last net: a fault that nothing caught must not take the other ports down.
  process.on('uncaughtException', (error: unknown) =>
    log.error(`internal error, please report it: ${error instanceof Error ? error.stack : String(error)}`),
  );

  for (const issue of entries(config).flatMap((entry) => entry.issues))
    log.error(`${issueText(issue, locate(issue))}; the entry is not served`);
  const mountinfo = await readMountinfo();
  for (const issue of hiddenSockets(config, mountinfo)) log.warn(issueText(issue, locate(issue)));
  watchHiddenSockets(app.get(ConfigService), mountinfo, (issue) => log.warn(issueText(issue)));
  for (const notice of config.notices)
    log[notice.warning ? 'warn' : 'log'](issueText(notice, locate(notice)));

  const life = app.get(Life);
  const manager = new ServiceManager();
  const live = new LiveSocket();
  const ending = stopOnSignal(async () => {
    const told = manager.stopping();
    live.close();
    await life.stop().catch((error: unknown) => log.error(`the end was not in order: ${sentence(error)}`));
    await told;
    await logger.flush();
  }, log);
  const started = life.start();
  reloadOnSignal(app.get(ConfigReload), started, manager, ending);
  await started;
  releaseYoungHeap();
  if (!ending.aborted) await live.open();
  if (ending.aborted) return live.close();
  log.log(`serving ${file.path}`);
  await manager.ready(() => life.summary);
}

/** A signal that comes before the start is over waits for it; once the program ends, it means nothing. */
function reloadOnSignal(
  config: ConfigReload,
  started: Promise<void>,
  manager: ServiceManager,
  ending: AbortSignal,
): void {
  const reload = async () => {
    await config.now('SIGHUP');
    // Else the manager would be told, after that it stops, that it is ready.
    ending.throwIfAborted();
  };
  const onSignal = async () => {
    try {
      await started;
      if (!ending.aborted) await manager.reloading(reload);
    } catch (error) {
      if (!ending.aborted) throw error;
    }
  };
  process.on('SIGHUP', () => void onSignal());
}

/**
 * The first signal ends the program in order, a second one at once.
 * @returns is aborted by the first one
 */
function stopOnSignal(stop: () => Promise<void>, log: Logger): AbortSignal {
  const ending = new AbortController();
  const onSignal = (signal: NodeJS.Signals) => {
    if (ending.signal.aborted) process.exit(1);
    ending.abort();
    log.log(`${signal}: stopping`);
    void stop().finally(() => process.exit(0));
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  return ending.signal;
}
