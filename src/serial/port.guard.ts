import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { ConfigService } from '../config/config.service.js';
import { portIndex } from '../config/find-port.js';

/** Whether there is a port `:port`: that comes before anything that may be wrong with a body. */
@Injectable()
export class PortGuard implements CanActivate {
  constructor(private readonly config: ConfigService) {}

  /** @throws NoSuchPort */
  canActivate(context: ExecutionContext): boolean {
    const { port } = context.switchToHttp().getRequest<Request<{ port?: string }>>().params;
    if (port !== undefined) portIndex(this.config.current.document.ports, port);
    return true;
  }
}
