import {
  type CanActivate,
  type ExecutionContext,
  ForbiddenException,
  Injectable,
  UnauthorizedException,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import { AccountsService } from './accounts.service.js';
import { setCaller } from './caller.js';
import { type Level, LEVEL } from './decorators.js';

/** Closed by default: an operation without a word is for users. */
@Injectable()
export class AuthGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly accounts: AccountsService,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    const level =
      this.reflector.getAllAndOverride<Level | undefined>(LEVEL, [
        context.getHandler(),
        context.getClass(),
      ]) ?? 'user';
    const caller = this.accounts.identify(undefined);
    setCaller(context.switchToHttp().getRequest<Request>(), caller);
    if (level === 'public') return true;
    if (caller.kind === 'nobody') throw new UnauthorizedException('Log in, or send a token');
    if (level === 'admin' && !caller.admin) throw new ForbiddenException('Only an administrator may do this');
    return true;
  }
}
