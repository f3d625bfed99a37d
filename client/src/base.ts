/** The path that the console is served below, with a slash at its end: `/`, or `/serial/` behind a proxy. */
export const BASE = new URL(document.baseURI).pathname.replace(/[^/]*$/, '');

/** An address of this server: `api/status` as `http://host/base/api/status`. */
export const serverUrl = (path: string): URL => new URL(BASE + path, location.origin);

/** The same for a WebSocket. */
export function socketUrl(path: string): URL {
  const url = serverUrl(path);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return url;
}
