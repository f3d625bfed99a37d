import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import type { IncomingMessage } from 'node:http';
import { Strategy, type VerifyFunction } from 'passport-http-bearer';
import { AccountsService } from './accounts.service.js';
import { CredentialRefused } from './auth.errors.js';
import type { Caller } from './caller.js';

/**
 * Bearer tokens of RFC 6750: `Authorization: Bearer` (2.1) or `?token=` (2.3 has `access_token`), not both (2). It runs without
 * Passport's registry, which is one for the whole process, and needs nothing of Express: the upgrade of a WebSocket has no response.
 */
@Injectable()
export class BearerStrategy extends Strategy<VerifyFunction> {
  constructor(private readonly accounts: AccountsService) {
    super({ realm: 'ser2tcp' }, (credential, done) => {
      const caller = accounts.identify(credential);
      done(null, caller.kind === 'nobody' ? false : caller);
    });
  }

  /** @throws CredentialRefused for a credential that is not valid, or two of them */
  callerOf(request: IncomingMessage): Promise<Caller> {
    return new Promise((resolve, reject) => {
      const { authorization, token } = shownBy(request);
      if (authorization.length + token.length === 0) {
        resolve(this.accounts.identify(undefined));
        return;
      }
      const refuse = (why: string | number) => reject(new CredentialRefused(why));
      if (authorization.length > 1 || token.length > 1) {
        refuse(400);
        return;
      }
      // As Passport does it: each request has an instance of its own, with what the strategy may say of it.
      const forOne = Object.create(this) as BearerStrategy;
      Object.assign(forOne, { success: resolve, fail: refuse, error: reject });
      const view = { headers: { authorization: authorization[0] }, query: { access_token: token[0] } };
      forOne.authenticate(view as unknown as Request);
    });
  }
}

/** Other schemes are none of our business: a proxy in front may have its own. */
function shownBy({ headersDistinct, url = '' }: IncomingMessage) {
  const query = new URLSearchParams(url.split('?').slice(1).join('?'));
  return {
    authorization: (headersDistinct['authorization'] ?? []).filter((value) => /^bearer( |$)/i.test(value)),
    token: query.getAll('token').filter((token) => token !== ''),
  };
}
