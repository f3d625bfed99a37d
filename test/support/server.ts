import { Logger, type Type } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppModule } from '../../src/app.module.js';
import { ConfigFile } from '../../src/config/config-file.js';
import { ConfigService } from '../../src/config/config.service.js';
import { Express } from '../../src/http/express.js';
import { HttpService } from '../../src/http/http.service.js';
import { Life } from '../../src/life.js';
import { ListenerService } from '../../src/listener/listener.service.js';
import type { Server } from '../../src/listener/server.js';
import { DEVICE_SOURCE, type DeviceSource } from '../../src/serial/device-watch.js';
import { OPEN_DEVICE, OpenDevice } from '../../src/serial/serial-device.js';
import type { SerialPort } from '../../src/serial/serial-port.js';
import { SerialService } from '../../src/serial/serial.service.js';
import { RecordingLog } from './log.js';

/** The whole server inside the test, on a file of its own. */
export interface TestServer {
  readonly path: string;
  readonly config: ConfigService;
  readonly log: RecordingLog;
  /** A part of the program, by its class. */
  get<T>(part: Type<T>): T;
  port(index?: number): SerialPort;
  server(port?: number, server?: number): Server;
  /** Where an http entry is served: `http://127.0.0.1:<port>`. */
  url(index?: number): string;
  /** The TCP port that a server got. */
  tcpPort(port?: number, server?: number): number;
  stop(): Promise<void>;
}

const running = new Set<TestServer>();

/** Starts it; `openDevice` and `devices` stand in for the hardware, `controllers` are more of them. */
export async function startServer(
  document: unknown,
  openDevice?: OpenDevice,
  controllers: Type[] = [],
  devices?: DeviceSource,
): Promise<TestServer> {
  const folder = await mkdtemp(join(tmpdir(), 'ser2tcp-test-'));
  const path = join(folder, 'config.json');
  await writeFile(path, JSON.stringify(document));
  const file = new ConfigFile(path);
  const { config } = await file.read();
  const builder = Test.createTestingModule({ imports: [AppModule.with(file, config)], controllers });
  if (openDevice) builder.overrideProvider(OPEN_DEVICE).useValue(openDevice);
  if (devices) builder.overrideProvider(DEVICE_SOURCE).useValue(devices);
  const module = await builder.compile();
  const app = module.createNestApplication(new Express(), { bodyParser: false });
  await app.init();
  const log = new RecordingLog();
  Logger.overrideLogger(log);
  const life = app.get(Life);
  await life.start();
  const serial = app.get(SerialService);
  const listeners = app.get(ListenerService);
  const http = app.get(HttpService);
  const found = <T>(thing: T | undefined): T => {
    if (!thing) throw new Error('The configuration has no such entry, or it is not served');
    return thing;
  };
  const server: TestServer = {
    path,
    config: app.get(ConfigService),
    get: (part) => app.get(part),
    log,
    port: (index = 0) => found(serial.slots[index]?.port),
    server: (port = 0, index = 0) => found(listeners.servers(server.port(port))[index]),
    url: (index = 0) => {
      const { where, settings } = found(http.servers[index]);
      return `${settings.ssl ? 'https' : 'http'}://${found(where)}`;
    },
    tcpPort: (port = 0, index = 0) => Number(/:(\d+)$/.exec(server.server(port, index).where ?? '')?.[1]),
    stop: async () => {
      running.delete(server);
      await life.stop();
      await app.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
  running.add(server);
  return server;
}

/** For `afterEach`. */
export async function stopServers(): Promise<void> {
  await Promise.all([...running].map((server) => server.stop()));
}

/** A TCP server on a free port. */
export const tcp = (more: object = {}) => ({ protocol: 'tcp', address: '127.0.0.1', port: 0, ...more });
