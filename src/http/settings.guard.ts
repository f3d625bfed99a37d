import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { SettingsService } from './settings.service.js';

/** Whether there is an http server `:index`: that comes before anything that may be wrong with a body. */
@Injectable()
export class HttpServerKnown implements CanActivate {
  constructor(private readonly settings: SettingsService) {}

  /** @throws NoSuchHttpServer */
  canActivate(context: ExecutionContext): boolean {
    const { index } = context.switchToHttp().getRequest<Request<{ index?: string }>>().params;
    if (index !== undefined) this.settings.require(index);
    return true;
  }
}
