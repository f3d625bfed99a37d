import type { Issue } from './api/index.js';
import { client } from './api/client.gen.js';
import { serverUrl } from './base.js';
import { session } from './session/session.js';
import { texts } from './texts/texts.js';

client.setConfig({
  baseUrl: serverUrl('').href.replace(/\/$/, ''),
  cache: 'no-store',
  auth: () => session.token(),
});
client.interceptors.response.use((response, request, { security }) => {
  const token = request.headers.get('Authorization')?.replace(/^Bearer /, '');
  // An operation that wants no credential, the login, says nothing of this one.
  if (response.status === 401 && security) session.refused(token);
  return response;
});

/** What the server answers when it refuses something; status 0 when it does not answer. */
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

/** As the generated client tells it. */
interface Outcome<T> {
  data?: T;
  error?: unknown;
  request?: Request;
  /** Not there when nothing came back. */
  response?: Response;
}

/** What an operation of the generated client came to. @throws RestError */
export async function ask<T>(operation: Promise<Outcome<T>>): Promise<Answer<NonNullable<T>>> {
  const { data, error, request, response } = await operation;
  if (request?.signal.aborted) throw error;
  if (!response) throw new RestError(0, texts.errors.unreachable);
  if (response.ok) return { body: data as NonNullable<T>, etag: response.headers.get('ETag') ?? undefined };
  const told = (error ?? {}) as { error?: string; code?: string; issues?: Issue[] };
  throw new RestError(
    response.status,
    told.error ?? texts.errors.status(response.status),
    told.code,
    told.issues,
  );
}

/** Refuses a change when the resource is no longer this version. */
export const ifStill = (etag: string | undefined) => ({ 'If-Match': etag });

/** What went wrong, as a sentence. */
export const sentence = (error: unknown): string => (error instanceof Error ? error.message : String(error));
