import type { IncomingMessage } from 'node:http';

/** Who makes a request. */
export interface Caller {
  /** `open` while no account exists, and everybody may do everything; `nobody` may do what is public. */
  readonly kind: 'open' | 'nobody' | 'user' | 'token' | 'endpoint-token';
  /** Login or name of the token, as logs show it. */
  readonly name: string;
  readonly admin: boolean;
  /** Aborted when the session or token ends: what it opened has to be closed. */
  readonly ended: AbortSignal;
}

const NEVER = new AbortController().signal;

/** While no account exists, everybody may do everything. */
export const OPEN: Caller = { kind: 'open', name: 'anybody', admin: true, ended: NEVER };
export const NOBODY: Caller = { kind: 'nobody', name: 'nobody', admin: false, ended: NEVER };

const callers = new WeakMap<IncomingMessage, Caller>();

/** For the guard, which knows. */
export function setCaller(request: IncomingMessage, caller: Caller): void {
  callers.set(request, caller);
}

export function callerOf(request: IncomingMessage): Caller {
  return callers.get(request) ?? NOBODY;
}
