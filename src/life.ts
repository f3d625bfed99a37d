import { Injectable, Logger } from '@nestjs/common';
import { StateFile } from './auth/state-file.js';
import { ConfigReload } from './config/config-reload.js';
import { ConfigService } from './config/config.service.js';
import { sentence } from './errors.js';
import { HttpService } from './http/http.service.js';
import { ListenerService } from './listener/listener.service.js';
import { UpgradeRoutes } from './listener/upgrade-routes.js';
import { SerialService } from './serial/serial.service.js';
import { Readiness } from './status/readiness.js';

/** How long what is queued for devices may take to go out, and how long the end may take in all. */
const FLUSH_MS = 2000;
const STOP_MS = 2500;

/** Starts the parts of the server in their order, and ends them in the other. */
@Injectable()
export class Life {
  readonly #log = new Logger('ser2tcp');
  #stopping = false;

  constructor(
    private readonly config: ConfigService,
    private readonly serial: SerialService,
    private readonly listeners: ListenerService,
    private readonly http: HttpService,
    private readonly routes: UpgradeRoutes,
    private readonly reload: ConfigReload,
    private readonly state: StateFile,
    private readonly readiness: Readiness,
  ) {}

  /**
   * Done when everything that can listen does, or has taken too long for the others to wait; a stop that comes meanwhile ends it
   * where it is.
   */
  async start(): Promise<void> {
    await this.serial.start();
    await this.listeners.prepare();
    // The endpoints of ports are there before the first client comes for them.
    await Promise.all([this.listeners.start(), this.http.start()]);
    this.reload.start();
    this.readiness.set(!this.#stopping);
  }

  /** What is served now, in a line. */
  get summary(): string {
    const ports = this.serial.slots.flatMap(({ port }) => port ?? []);
    const servers = [...ports.flatMap((port) => this.listeners.servers(port)), ...this.http.servers];
    const listening = servers.filter((server) => server?.where !== undefined);
    const clients = ports.reduce((sum, port) => sum + port.clients.length, 0);
    return `ports: ${ports.length}, servers that listen: ${listening.length} of ${servers.length}, clients: ${clients}`;
  }

  /** Takes no more clients, lets what is queued go out for at most 2 s, and closes everything; done after 2.5 s at the latest. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.readiness.set(false);
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<void>((resolve) => (timer = setTimeout(resolve, STOP_MS)));
    await Promise.race([this.#stop(), limit]);
    clearTimeout(timer);
  }

  /** A part that fails takes nothing from the others. */
  async #stop(): Promise<void> {
    this.reload.close();
    const changed = this.#attempt(this.config.close());
    // Answers that are under way take no time from the devices.
    const answered = this.#attempt(this.http.close().then(() => this.state.close()));
    await this.#attempt(this.listeners.close());
    this.routes.refusals.close();
    await Promise.all([this.#attempt(this.serial.close(FLUSH_MS)), answered, changed]);
    await this.listeners.gone();
  }

  #attempt(ending: Promise<void>): Promise<void> {
    return ending.catch((error: unknown) => this.#log.error(`the end was not in order: ${sentence(error)}`));
  }
}
