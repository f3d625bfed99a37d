import { Injectable } from '@nestjs/common';
import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible';
import { digestOf } from '../config/stored-token.js';
import { TooManyLogins } from './auth.errors.js';
import { networkOf } from './client-network.js';

/** Failed logins in a minute: for one user from one address, and for all users from one address. */
export const PER_MINUTE = { user: 5, address: 20 };
const MINUTE = 60;

/**
 * Holds back whoever guesses passwords, by his address: the owner of an account can log in from elsewhere all the time.
 * Only failures count. Each has cost a hash, and those are few a second: so few are the addresses that are remembered.
 */
@Injectable()
export class LoginLimits {
  readonly #byUser = new RateLimiterMemory({ points: PER_MINUTE.user, duration: MINUTE });
  readonly #byAddress = new RateLimiterMemory({ points: PER_MINUTE.address, duration: MINUTE });

  /** @throws TooManyLogins when the next login has to wait */
  async check(login: string, ip: string): Promise<void> {
    const found = [await this.#byUser.get(pair(login, ip)), await this.#byAddress.get(networkOf(ip))];
    const wait = Math.max(...found.map((one) => (one && one.remainingPoints <= 0 ? one.msBeforeNext : 0)));
    if (wait > 0) throw new TooManyLogins(wait / 1000);
  }

  /** @returns whether this one was the last that is let through for a while */
  async failed(login: string, ip: string): Promise<boolean> {
    const full = ({ remainingPoints }: RateLimiterRes) => remainingPoints <= 0;
    const user = await this.#byUser.penalty(pair(login, ip));
    const address = await this.#byAddress.penalty(networkOf(ip));
    return full(user) || full(address);
  }

  /** The user has shown that it is he. The address keeps its failures: it may have tried others' passwords. */
  async succeeded(login: string, ip: string): Promise<void> {
    await this.#byUser.delete(pair(login, ip));
  }
}

const pair = (login: string, ip: string) => `${networkOf(ip)} ${digestOf(login)}`;
