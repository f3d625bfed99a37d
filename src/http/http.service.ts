import { Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { RequestListener } from 'node:http';
import { isDeepStrictEqual } from 'node:util';
import type { Config } from '../config/config.js';
import { AppliedChange, ConfigApplier, ConfigService } from '../config/config.service.js';
import { type HttpHandlers, HttpServer } from './http-server.js';

interface HttpSlot {
  readonly written: unknown;
  readonly server: HttpServer | undefined;
}

/** The http servers, at the indexes of the configuration. They come and go while the program runs. */
@Injectable()
export class HttpService implements ConfigApplier {
  #slots: HttpSlot[] = [];
  #upgrade: HttpHandlers['upgrade'] = (_request, socket) => socket.destroy();

  constructor(
    private readonly config: ConfigService,
    private readonly host: HttpAdapterHost,
  ) {}

  get servers(): readonly (HttpServer | undefined)[] {
    return this.#slots.map(({ server }) => server);
  }

  /** Who takes requests for a WebSocket. */
  onUpgrade(take: HttpHandlers['upgrade']): void {
    this.#upgrade = take;
  }

  /** Begins to listen; done when everything that can listen does. What cannot is tried again. */
  async start(): Promise<void> {
    this.config.register(this);
    const { slots, starting } = this.#plan(this.config.current);
    this.#slots = slots;
    await Promise.all(starting.map((server) => server.start()));
  }

  /** @throws ListenFailed, TlsFilesInvalid when a new or changed server cannot listen */
  async apply(next: Config): Promise<AppliedChange> {
    const before = this.#slots;
    const { slots, starting, going } = this.#plan(next);
    const undo = async () => {
      await Promise.all(starting.map((server) => server.close()));
      this.#slots = before;
    };
    try {
      for (const server of starting) await server.open();
    } catch (error) {
      await undo();
      throw error;
    }
    this.#slots = slots;
    return {
      undo,
      settle: async () => {
        await Promise.all(going.map((server) => server.close()));
      },
    };
  }

  async close(): Promise<void> {
    await Promise.all(this.servers.map(async (server) => server?.close()));
  }

  #plan(next: Config) {
    const left = [...this.#slots];
    const starting: HttpServer[] = [];
    const slots = next.http.map(({ path, written, value }): HttpSlot => {
      const same = left.findIndex((slot) => isDeepStrictEqual(slot.written, written));
      if (same >= 0) return left.splice(same, 1)[0] as HttpSlot;
      if (!value) return { written, server: undefined };
      const server = new HttpServer(path, value, {
        request: this.host.httpAdapter.getInstance<RequestListener>(),
        upgrade: (request, socket, head) => this.#upgrade(request, socket, head),
      });
      starting.push(server);
      return { written, server };
    });
    return { slots, starting, going: left.flatMap(({ server }) => server ?? []) };
  }
}
