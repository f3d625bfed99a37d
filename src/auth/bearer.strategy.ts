import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import type { IncomingMessage } from 'node:http';
import { Strategy, type VerifyFunctionWithRequest } from 'passport-http-bearer';
import { AccountsService } from './accounts.service.js';
import { CredentialRefused } from './auth.errors.js';
import type { Caller } from './caller.js';
import { CredentialLimits } from './credential-limits.js';

/** What the strategy looks at of a request. */
interface View {
  readonly headers: { readonly authorization: string | undefined };
  readonly query: { readonly access_token: string | undefined };
  readonly request: IncomingMessage;
}

/**
 * Bearer tokens of RFC 6750: `Authorization: Bearer` (2.1) or `?token=` (2.3 has `access_token`), not both (2). It runs without
 * Passport's registry, which is one for the whole process, and needs nothing of Express: the upgrade of a WebSocket has no response.
 */
@Injectable()
export class BearerStrategy extends Strategy<VerifyFunctionWithRequest> {
  constructor(
    private readonly accounts: AccountsService,
    limits: CredentialLimits,
  ) {
    super({ realm: 'ser2tcp', passReqToCallback: true }, (view, credential, done) => {
      const caller = accounts.identify(credential);
      limits.shown((view as unknown as View).request, credential, caller);
      done(null, caller.kind === 'nobody' ? false : caller);
    });
  }

  /** @throws CredentialRefused for a credential that is not valid, or two of them; TooManyWrongTokens */
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
      const view: View = {
        headers: { authorization: authorization[0] },
        query: { access_token: token[0] },
        request,
      };
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
