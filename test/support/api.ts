import { checkAnswer, routeOf } from './answers.js';

/** An answer that was held against the document. */
export interface ApiAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** What the JSON says, or the text. */
  // oxlint-disable-next-line typescript/no-explicit-any -- each test knows what it asked for, and the shape was checked
  readonly body: any;
}

export interface ApiOptions {
  body?: unknown;
  headers?: Record<string, string>;
}

type Ask = (path: string, options?: ApiOptions) => Promise<ApiAnswer>;
export interface Api {
  get: Ask;
  post: (path: string, body?: unknown, options?: ApiOptions) => Promise<ApiAnswer>;
  put: (path: string, body?: unknown, options?: ApiOptions) => Promise<ApiAnswer>;
  delete: Ask;
  request(method: string, path: string, options?: ApiOptions): Promise<ApiAnswer>;
  /** The same for whoever has this credential. */
  as(token: string): Api;
}

/** Answers that were held against the document, as `listUsers 200`. */
export const validated = new Set<string>();

/**
 * A client of the REST API that holds each answer against openapi.json and fails where they differ: a status, header or key
 * that is not declared included.
 */
export function api(server: { url(index?: number): string }, token?: string): Api {
  const request: Api['request'] = async (method, path, { body, headers = {} } = {}) => {
    const route = routeOf(method, path.replace(/\?.*/, ''));
    const response = await fetch(server.url(0) + path, {
      method,
      redirect: 'manual',
      headers: {
        ...(token !== undefined && { Authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const answer = { status: response.status, headers: response.headers, text: await response.text() };
    checkAnswer(route, answer);
    validated.add(`${route.operation.operationId} ${response.status}`);
    const isJson = response.headers.get('Content-Type')?.startsWith('application/json');
    return { ...answer, body: isJson ? (JSON.parse(answer.text) as unknown) : answer.text };
  };
  return {
    request,
    get: (path, options) => request('GET', path, options),
    post: (path, body, options) => request('POST', path, { body, ...options }),
    put: (path, body, options) => request('PUT', path, { body, ...options }),
    delete: (path, options) => request('DELETE', path, options),
    as: (credential) => api(server, credential),
  };
}
