import { createParamDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';
import type { Request } from 'express';
import { audit, type AuditDetails } from './audit.js';
import { type Caller, callerOf } from './caller.js';

/** Who may call an operation: anybody, whoever has an account or token, or administrators. */
export type Level = 'public' | 'user' | 'admin';

export const LEVEL = Symbol('level');

/** Open to anybody. Without a word, an operation is for users. */
export const Public = () => SetMetadata(LEVEL, 'public' satisfies Level);
/** For administrators only. */
export const Admin = () => SetMetadata(LEVEL, 'admin' satisfies Level);

/** The parameter that holds who calls. */
export const From = createParamDecorator((_data: unknown, context: ExecutionContext): Caller =>
  callerOf(context.switchToHttp().getRequest<Request>()),
);

/** Writes the audit line of what an operation did. */
export type Audit = (what: string, details?: AuditDetails) => void;

/** How a change of an entry was asked for. */
export interface Asked {
  /** The header of that name: the change is made only to what has that entity tag. */
  readonly ifMatch: string | undefined;
  readonly audit: Audit;
}

/** The parameter that holds who writes it: `@Audited() audit: Audit`. */
export const Audited = createParamDecorator((_data: unknown, context: ExecutionContext): Audit => {
  const request = context.switchToHttp().getRequest<Request>();
  return (what, details) => audit(callerOf(request), request, what, details);
});
