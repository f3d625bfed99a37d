import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import { NotLoggedIn, OnlyAdmins } from './auth.errors.js';
import { BearerStrategy } from './bearer.strategy.js';
import { NOBODY, setCaller } from './caller.js';
import { type Level, LEVEL } from './decorators.js';

/** Closed by default: an operation without a word is for users. */
@Injectable()
export class AuthGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly bearer: BearerStrategy,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const level =
      this.reflector.getAllAndOverride<Level | undefined>(LEVEL, [
        context.getHandler(),
        context.getClass(),
      ]) ?? 'user';
    const request = context.switchToHttp().getRequest<Request>();
    const asking = this.bearer.callerOf(request);
    // An old token must not keep anybody from what is public, least of all from logging in.
    const caller = await (level === 'public' ? asking.catch(() => NOBODY) : asking);
    setCaller(request, caller);
    if (level === 'public') return true;
    if (caller.kind === 'nobody') throw new NotLoggedIn();
    if (level === 'admin' && !caller.admin) throw new OnlyAdmins();
    return true;
  }
}
