import { serverUrl } from './base.js';
import { session } from './session/session.js';
import { texts } from './texts/texts.js';

export interface Issue {
  /** As in `servers[1].port`. */
  path: string;
  message: string;
}

/** What the server answers when it refuses something. */
export class RestError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly code?: string,
    readonly issues: readonly Issue[] = [],
  ) {
    super(message);
  }
}

export interface Answer<T> {
  body: T;
  /** The version of what was read, to be sent back with a change of it. */
  etag: string | undefined;
}

interface Options {
  body?: unknown;
  /** Refuses the change when the resource is no longer this version. */
  etag?: string | undefined;
  /** Instead of the session's. */
  token?: string;
  signal?: AbortSignal;
}

/** A request to the REST API. @throws RestError */
export async function ask<T>(method: string, path: string, options: Options = {}): Promise<Answer<T>> {
  const token = options.token ?? session.token();
  const headers = new Headers();
  if (token) headers.set('Authorization', `Bearer ${token}`);
  if (options.body !== undefined) headers.set('Content-Type', 'application/json');
  if (options.etag) headers.set('If-Match', options.etag);
  const response = await fetch(serverUrl(`api/${path}`), {
    method,
    headers,
    cache: 'no-store',
    ...(options.body !== undefined && { body: JSON.stringify(options.body) }),
    ...(options.signal && { signal: options.signal }),
  }).catch((error: unknown) => {
    if (options.signal?.aborted) throw error;
    throw new RestError(0, texts.errors.unreachable);
  });
  const body: unknown = await response.json().catch(() => undefined);
  if (response.ok) return { body: body as T, etag: response.headers.get('ETag') ?? undefined };
  if (response.status === 401 && path !== 'login' && !options.token) session.refused(token);
  const { error, code, issues } = (body ?? {}) as { error?: string; code?: string; issues?: Issue[] };
  throw new RestError(response.status, error ?? texts.errors.status(response.status), code, issues);
}

/** What went wrong, as a sentence. */
export const sentence = (error: unknown): string => (error instanceof Error ? error.message : String(error));
