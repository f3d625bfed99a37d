/** An answer of the REST API; the body is what its JSON says, undefined where there is none. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

type SentHeaders = Record<string, string>;

/** A client of the REST API that takes every answer as it is, as curl does; `api` holds them against the document. */
export function restOf(url: string, credentials: SentHeaders = {}) {
  const send = async (
    method: string,
    path: string,
    body?: string,
    headers: SentHeaders = {},
  ): Promise<Answer> => {
    const json: SentHeaders = body === undefined ? {} : { 'Content-Type': 'application/json' };
    const response = await fetch(url + path, {
      method,
      headers: { ...credentials, ...json, ...headers },
      ...(body !== undefined && { body }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text === '' ? undefined : (JSON.parse(text) as unknown),
    };
  };
  const json = (method: string) => (path: string, body: unknown, headers?: SentHeaders) =>
    send(method, path, JSON.stringify(body), headers);
  return {
    send,
    get: (path: string, headers?: SentHeaders) => send('GET', path, undefined, headers),
    delete: (path: string, headers?: SentHeaders) => send('DELETE', path, undefined, headers),
    post: json('POST'),
    put: json('PUT'),
    patch: json('PATCH'),
  };
}

export type Rest = ReturnType<typeof restOf>;
