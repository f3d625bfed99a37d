import { setMaxListeners } from 'node:events';
import type { IncomingMessage } from 'node:http';

/** Who makes a request. */
export interface Caller {
  /** `open` while no account exists, and everybody may do everything; `nobody` may do what is public. */
  readonly kind: 'open' | 'nobody' | 'user' | 'token' | 'endpoint-token';
  /** Login or name of the token, as logs show it. */
  readonly name: string;
  readonly admin: boolean;
  /** Aborted when the session or token ends, or loses its rights: what it opened has to be closed. */
  readonly ended: AbortSignal;
}

/** What ends a caller; as many as like may listen to its signal. */
export function callerEnd(): AbortController {
  const end = new AbortController();
  setMaxListeners(0, end.signal);
  return end;
}

export const NOBODY: Caller = { kind: 'nobody', name: 'nobody', admin: false, ended: callerEnd().signal };

/** Anybody, while no account exists; it ends with the first account. */
export const openCaller = (ended: AbortSignal): Caller => ({
  kind: 'open',
  name: 'anybody',
  admin: true,
  ended,
});

const callers = new WeakMap<IncomingMessage, Caller>();

/** For the guard, which knows. */
export function setCaller(request: IncomingMessage, caller: Caller): void {
  callers.set(request, caller);
}

export function callerOf(request: IncomingMessage): Caller {
  return callers.get(request) ?? NOBODY;
}
