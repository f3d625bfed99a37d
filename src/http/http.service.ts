import { Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { IncomingMessage, RequestListener } from 'node:http';
import { isDeepStrictEqual } from 'node:util';
import { AccountsService } from '../auth/accounts.service.js';
import type { HttpDto } from '../config/config.dto.js';
import type { Config } from '../config/config.js';
import { AppliedChange, ConfigApplier, ConfigService } from '../config/config.service.js';
import { tryAll } from '../config/not-applied.js';
import { AppError, Ended } from '../errors.js';
import { HttpServer, type HttpHandlers } from './http-server.js';
import { refuseOn } from './upgrade.js';

interface HttpSlot {
  readonly written: unknown;
  readonly server: HttpServer | undefined;
}

export interface Upgrades {
  take: HttpHandlers['upgrade'];
  /** Whether an endpoint is asked for that has a token of its own, without which nobody comes in. */
  needToken(request: IncomingMessage): boolean;
}

/** How long answers may take when the program ends. */
const STOP_MS = 1000;

/** The http servers, at the indexes of the configuration. They come and go while the program runs. */
@Injectable()
export class HttpService implements ConfigApplier {
  #slots: readonly HttpSlot[] = [];
  /** The servers that a change under way adds or removes. */
  #changing: readonly HttpServer[] = [];
  #closed = false;
  #upgrades: Upgrades = {
    take: (_request, socket) =>
      refuseOn(socket, new AppError('NOT_FOUND', 404, 'There is no such WebSocket')),
    needToken: () => false,
  };

  constructor(
    private readonly config: ConfigService,
    private readonly host: HttpAdapterHost,
    private readonly accounts: AccountsService,
  ) {}

  get servers(): readonly (HttpServer | undefined)[] {
    return this.#slots.map(({ server }) => server);
  }

  /** Who takes requests for a WebSocket that may come in: address, origin and host are in order. */
  onUpgrade(upgrades: Upgrades): void {
    this.#upgrades = upgrades;
  }

  /** Begins to listen; done when everything that can listen does. What cannot, or takes long, is tried on. */
  async start(): Promise<void> {
    this.config.register(this);
    if (this.#closed) return;
    const { slots, starting } = this.#plan(this.config.current);
    this.#slots = slots;
    await Promise.all(starting.map((server) => server.start()));
  }

  /** @throws NotApplied when new or changed servers cannot listen, or not use their certificates */
  async apply(next: Config): Promise<AppliedChange> {
    const before = this.#slots;
    const { slots, starting, updating, going } = this.#plan(next);
    const updated: AppliedChange[] = [];
    // The old ones first where a new one wants their port. Their connections stay until the change is kept.
    const inTheWay = going.filter((old) =>
      starting.some((fresh) => fresh.settings.port === old.settings.port),
    );
    const undo = async () => {
      await Promise.all(starting.map((server) => server.close(0)));
      for (const change of updated.toReversed()) await change.undo();
      this.#slots = before;
      if (!this.#closed) await Promise.all(inTheWay.map((server) => server.start()));
    };
    const pathOf = (server: HttpServer) => `http[${slots.findIndex((slot) => slot.server === server)}]`;
    const update = async ({ server, settings }: (typeof updating)[number]) =>
      void updated.push(await server.update(settings));
    this.#changing = [...starting, ...going];
    try {
      await tryAll(updating, update, ({ server }) => pathOf(server));
      for (const server of inTheWay) server.pause();
      await tryAll(starting, (server) => this.#open(server), pathOf);
    } catch (error) {
      await undo();
      throw error;
    }
    this.#slots = slots;
    return {
      undo,
      settle: async () => {
        // Not waited for: the request that makes the change may be one of those that want an answer.
        for (const server of going) void server.close();
        for (const change of updated) await change.settle();
      },
    };
  }

  /** Ends with the answers that are under way. Nothing is opened after that, also not by a change under way. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.servers, ...this.#changing].map(async (server) => server?.close(STOP_MS)));
  }

  async #open(server: HttpServer): Promise<void> {
    if (this.#closed) throw new Ended();
    await server.open();
  }

  /** A server whose entry is the same stays, whatever its index is; one at the same address goes on with what is new. */
  #plan(next: Config) {
    const left = new Set(this.#slots);
    /** The one at the same index first: of two that are alike, each stays what it is. */
    const take = (index: number, fits: (slot: HttpSlot) => boolean) => {
      const found = [this.#slots[index], ...left].find((slot) => slot && left.has(slot) && fits(slot));
      if (found) left.delete(found);
      return found;
    };
    const same = next.http.map(({ written }, index) =>
      take(index, (slot) => isDeepStrictEqual(slot.written, written)),
    );
    const starting: HttpServer[] = [];
    const updating: { server: HttpServer; settings: HttpDto }[] = [];
    const slots = next.http.map(({ written, value }, index): HttpSlot => {
      const kept = same[index];
      if (kept || !value) return kept ?? { written, server: undefined };
      const changed = take(index, (slot) => slot.server?.isAt(value) ?? false)?.server;
      const server = changed ?? new HttpServer(value, this.#handlers());
      if (changed) updating.push({ server, settings: value });
      else starting.push(server);
      return { written, server };
    });
    return { slots, starting, updating, going: [...left].flatMap(({ server }) => server ?? []) };
  }

  #handlers(): HttpHandlers {
    return {
      request: this.host.httpAdapter.getInstance<RequestListener>(),
      upgrade: (request, socket, head) => this.#upgrades.take(request, socket, head),
      open: (request) => !this.accounts.exist && !this.#upgrades.needToken(request),
    };
  }
}
