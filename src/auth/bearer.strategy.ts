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
 * Bearer tokens of RFC 6750: `Authorization: Bearer` (2.1) or `?token=` (2.3 has `access_token`), and no two different ones (2);
 * generated clients send the one that they have in both places. It runs without Passport's registry, which is one for the
 * whole process, and needs nothing of Express: the upgrade of a WebSocket has no response.
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

  /**
   * While there are no accounts, nobody looks at credentials.
   * @throws CredentialRefused for a credential that is not valid, or two of them; TooManyWrongTokens
   */
  async callerOf(request: IncomingMessage): Promise<Caller> {
    const { inHeader, inQuery } = shownBy(request);
    const all = new Set([...inHeader, ...inQuery]);
    if (!this.accounts.exist || all.size === 0) return this.accounts.identify(undefined);
    if (all.size > 1) throw new CredentialRefused(400);
    const [header] = inHeader;
    return this.#authenticate({
      headers: { authorization: header && `Bearer ${header}` },
      query: { access_token: header === undefined ? inQuery[0] : undefined },
      request,
    });
  }

  #authenticate(view: View): Promise<Caller> {
    return new Promise((resolve, reject) => {
      const refuse = (why: string | number) => reject(new CredentialRefused(why));
      // As Passport does it: each request has an instance of its own, with what the strategy may say of it.
      const forOne = Object.create(this) as BearerStrategy;
      Object.assign(forOne, { success: resolve, fail: refuse, error: reject });
      forOne.authenticate(view as unknown as Request);
    });
  }
}

/** Other schemes are none of our business, a proxy in front may have its own; nor is a credential that is empty. */
function shownBy({ headersDistinct, url = '' }: IncomingMessage) {
  const query = new URLSearchParams(url.split('?').slice(1).join('?'));
  const inHeader = (headersDistinct['authorization'] ?? []).map(
    (value) => /^bearer +(.+)$/i.exec(value)?.[1],
  );
  return {
    inHeader: inHeader.filter((credential) => credential !== undefined),
    inQuery: query.getAll('token').filter((credential) => credential !== ''),
  };
}
