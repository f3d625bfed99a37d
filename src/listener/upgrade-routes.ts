import { Injectable } from '@nestjs/common';
import type { Duplex } from 'node:stream';
import type { ClientAddress } from '../net/net-server.js';
import { RefusalLog } from '../net/refusal-log.js';
import type { Dismiss } from './listener.js';

/** Somebody whose request was made a WebSocket. */
export interface Visitor {
  readonly from: ClientAddress;
  readonly query: URLSearchParams;
  /** To be called when it does something, so that its session stays open. */
  readonly active: () => void;
}

export interface OwnToken {
  /** Undefined where there is none. */
  readonly value: string | undefined;
  /** Aborted when there is another one: whoever it let in, or came in since there was none, has to go. */
  readonly replaced: AbortSignal;
}

/** What stands behind a name below `/ws/`. */
export interface UpgradeRoute {
  /** A token of its own, that lets in beside sessions and API tokens. */
  readonly token?: OwnToken;
  /** Whether a client of this address may come; one that may not is reported. */
  admits(from: ClientAddress): boolean;
  /** A client is turned away; reports it. */
  refused(from: ClientAddress, reason: string): void;
  /** Takes a client, paused; returns what ends it. */
  accept(socket: Duplex, visitor: Visitor): Dismiss;
}

/** What `/ws/<name>` leads to. */
@Injectable()
export class UpgradeRoutes {
  /** What is said of clients that no server of a port refuses. */
  readonly refusals = new RefusalLog();
  readonly #endpoints = new Map<string, UpgradeRoute>();
  readonly #others: ((name: string) => UpgradeRoute | undefined)[] = [];

  /** @returns whether the name was free */
  add(endpoint: string, route: UpgradeRoute): boolean {
    if (this.#endpoints.has(endpoint)) return false;
    this.#endpoints.set(endpoint, route);
    return true;
  }

  remove(endpoint: string): void {
    this.#endpoints.delete(endpoint);
  }

  /** Names that no endpoint may have. */
  addOthers(find: (name: string) => UpgradeRoute | undefined): void {
    this.#others.push(find);
  }

  find(name: string): UpgradeRoute | undefined {
    const endpoint = this.#endpoints.get(name);
    if (endpoint) return endpoint;
    for (const find of this.#others) {
      const other = find(name);
      if (other) return other;
    }
    return undefined;
  }
}
