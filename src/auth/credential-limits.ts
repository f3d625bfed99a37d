import { Injectable } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { digestOf } from '../config/stored-token.js';
import { clientOf } from '../net/request-client.js';
import { auditRefusal } from './audit.js';
import { TooManyWrongTokens } from './auth.errors.js';
import { type Caller, NOBODY } from './caller.js';
import { networkOf } from './client-network.js';
import { PER_MINUTE } from './login-limits.js';

const MINUTE_MS = 60_000;
/** Addresses whose wrong tokens are remembered; over it the one goes that began first. */
const ADDRESSES = 2000;
/** Right tokens that are remembered, each with an address that it came from. */
const RIGHT = 2000;
/** What this server makes: 256 random bits, that nobody guesses. */
const MADE = /^(s2t_)?[\w-]{43}$/;

interface Wrong {
  readonly until: number;
  /** The same one again is no further guess: a program whose token has expired is not held back. */
  readonly digests: Set<string>;
}

/**
 * Holds back whoever guesses tokens that somebody wrote by hand, by his address: as many wrong ones in a minute as failed
 * logins. While an address is held back a right one is let in only if it came from there before, else a guesser would
 * still learn which one is right; so no program that is at work is locked out by another at its address.
 */
@Injectable()
export class CredentialLimits {
  readonly #wrong = new Map<string, Wrong>();
  readonly #right = new Set<string>();

  /** A client shows a token, which makes it this caller; @throws TooManyWrongTokens */
  shown(request: IncomingMessage, credential: string, { kind }: Caller): void {
    if (kind === 'open' || MADE.test(credential)) return;
    const right = kind !== 'nobody';
    const network = networkOf(clientOf(request).ip ?? '');
    const digest = digestOf(credential);
    const wrong = this.#wrongOf(network);
    const full = wrong !== undefined && wrong.digests.size >= PER_MINUTE.address;
    const known = right ? this.#right.has(`${network} ${digest}`) : wrong?.digests.has(digest);
    if (full && !known) throw new TooManyWrongTokens((wrong.until - performance.now()) / 1000);
    if (right) remember(this.#right, `${network} ${digest}`);
    else if (!known && this.#count(network, digest, wrong) === PER_MINUTE.address)
      auditRefusal(NOBODY, request, 'many wrong tokens, more are refused for a while');
  }

  #wrongOf(network: string): Wrong | undefined {
    const wrong = this.#wrong.get(network);
    if (wrong && wrong.until > performance.now()) return wrong;
    this.#wrong.delete(network);
    return undefined;
  }

  #count(network: string, digest: string, wrong: Wrong | undefined): number {
    const { digests, until } = wrong ?? { digests: new Set(), until: performance.now() + MINUTE_MS };
    if (!wrong && this.#wrong.size >= ADDRESSES)
      this.#wrong.delete(this.#wrong.keys().next().value as string);
    this.#wrong.set(network, { digests: digests.add(digest), until });
    return digests.size;
  }
}

/** The one that was used longest ago makes room. */
function remember(used: Set<string>, one: string): void {
  used.delete(one);
  used.add(one);
  if (used.size > RIGHT) used.delete(used.values().next().value as string);
}
