import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HttpDto } from '../config/config.dto.js';
import { arrivalOf } from '../net/arrival.js';

/** A path below `base_path` as it would be without it; a proxy may have taken it off already. */
export function withoutBase(url = '/', { base_path = '' }: HttpDto): string {
  const rest = url.startsWith(base_path) ? url.slice(base_path.length) : url;
  if (rest.startsWith('/')) return rest;
  return rest === '' || rest.startsWith('?') ? `/${rest}` : url;
}

/**
 * Takes `base_path` off a request. The base itself is answered with the way to its `/`, since what pages name
 * relative to themselves begins there.
 * @returns whether that was the answer
 */
export function answerBase(request: IncomingMessage, response: ServerResponse, settings: HttpDto): boolean {
  const { base_path } = settings;
  const [path, query] = (request.url ?? '').split('?', 2);
  request.url = withoutBase(request.url, settings);
  if (!base_path || path !== base_path) return false;
  const target = `${arrivalOf(request).prefix}/${query === undefined ? '' : `?${query}`}`;
  response.writeHead(308, { Location: target });
  response.end();
  return true;
}
