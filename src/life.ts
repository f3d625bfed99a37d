import { Injectable } from '@nestjs/common';
import { ListenerService } from './listener/listener.service.js';
import { SerialService } from './serial/serial.service.js';

/** How long what is queued may take to go out when the server stops. */
const FLUSH_MS = 2000;

/** Starts the parts of the server in their order, and ends them in the other. */
@Injectable()
export class Life {
  constructor(
    private readonly serial: SerialService,
    private readonly listeners: ListenerService,
  ) {}

  /** Done when everything that can listen does. */
  async start(): Promise<void> {
    await this.serial.start();
    await this.listeners.start();
  }

  /** Takes no more clients, lets what is queued go out for at most 2 s, and closes everything. */
  async stop(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<void>((resolve) => (timer = setTimeout(resolve, FLUSH_MS)));
    await Promise.race([this.#stop(), limit]);
    clearTimeout(timer);
  }

  async #stop(): Promise<void> {
    await this.listeners.close();
    await this.serial.close(FLUSH_MS);
    await this.listeners.gone();
  }
}
