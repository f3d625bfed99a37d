import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { LoginService } from './login.service.js';
import { TokensService } from './tokens.service.js';
import { UsersService } from './users.service.js';

/*
 * What is not there is 404, whatever the body says: guards come before the body is read.
 */

const parameter = (context: ExecutionContext, name: string) =>
  String(context.switchToHttp().getRequest<Request>().params[name]);

/** For what makes sense only where somebody can log in. */
@Injectable()
export class AccountsExist implements CanActivate {
  constructor(private readonly logins: LoginService) {}

  canActivate(): boolean {
    this.logins.requireAccounts();
    return true;
  }
}

/** For paths that name a user. */
@Injectable()
export class UserKnown implements CanActivate {
  constructor(private readonly users: UsersService) {}

  canActivate(context: ExecutionContext): boolean {
    this.users.require(parameter(context, 'login'));
    return true;
  }
}

/** For paths that name a token. */
@Injectable()
export class TokenKnown implements CanActivate {
  constructor(private readonly tokens: TokensService) {}

  canActivate(context: ExecutionContext): boolean {
    this.tokens.require(parameter(context, 'token'));
    return true;
  }
}
