import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { gzipSync } from 'node:zlib';
import { startServer, stopServers, type TestServer } from '../support/server.js';

/** What a browser may have to fetch before the start page shows. */
const FIRST_LOAD_BYTES = 260_000;

/** A packet's worth: less is sent as it is. */
const WORTH_PACKING_BYTES = 1400;

let server: TestServer;
beforeEach(async () => {
  server = await startServer({ http: [{ address: '127.0.0.1', port: 0 }], ports: [] });
});
afterEach(stopServers);

const get = (path: string, headers: Record<string, string> = {}) => fetch(server.url() + path, { headers });
/** What the page asks for by itself. */
const assetsOf = (page: string) =>
  [...page.matchAll(/(?:src|href)="\.\/(assets\/[^"]+)"/g)].map(([, path]) => `/${path}`);

it.each([
  ['/', './'],
  ['/login', './'],
  ['/ports/new', '../'],
  ['/ports/0/edit', '../../'],
  ['/terminals', './'],
  ['/users', './'],
  ['/tokens', './'],
  ['/settings', './'],
  ['/xterm/device', '../'],
  ['/xterm/rack/device', '../../'],
  ['/raw/device?token=x', '../'],
  ['/monitor/a%2Fb', '../'],
])('serves the page at %s, with the way to its files', async (path, base) => {
  const response = await get(path);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  expect(response.headers.get('cache-control')).toBe('no-cache');
  const page = await response.text();
  expect(page).toContain(`<base href="${base}"`);
  expect(page).not.toMatch(/https?:\/\//);
});

it('answers 304 when the browser has the page already', async () => {
  const etag = (await get('/')).headers.get('etag') ?? '';
  expect((await get('/', { 'If-None-Match': etag })).status).toBe(304);
  expect((await get('/xterm/device', { 'If-None-Match': etag })).status).toBe(200);
});

it('serves what the page asks for, compressed, and never to be asked for again', async () => {
  const assets = assetsOf(await (await get('/')).text());
  expect(assets.length).toBeGreaterThan(1);
  for (const path of assets) {
    const plain = await get(path, { 'Accept-Encoding': 'identity' });
    expect(plain.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(plain.headers.get('content-encoding')).toBeNull();
    expect(plain.headers.get('vary')).toBe('Accept-Encoding');
    const content = await plain.text();
    for (const encoding of content.length < WORTH_PACKING_BYTES ? [] : ['br', 'gzip']) {
      const packed = await get(path, { 'Accept-Encoding': `${encoding}, *;q=0` });
      expect(packed.headers.get('content-encoding')).toBe(encoding);
      // fetch has unpacked it.
      expect(await packed.text()).toBe(content);
    }
  }
});

it('takes at most 260 kB for the first load', async () => {
  const page = await (await get('/')).text();
  let total = gzipSync(page).length;
  const seen = new Set<string>();
  const count = async (path: string) => {
    if (seen.has(path)) return;
    seen.add(path);
    const content = await (await get(path)).text();
    total += gzipSync(content, { level: 9 }).length;
    // What it imports at once; `import(…)` is for later.
    for (const [, name] of content.matchAll(/\b(?:from|import)\s*["']\.\/([^"']+\.js)["']/g))
      await count(`/assets/${name}`);
  };
  for (const path of assetsOf(page)) await count(path);
  expect(total).toBeLessThan(FIRST_LOAD_BYTES);
  // The terminal is not among it.
  for (const path of seen) expect(await (await get(path)).text()).not.toContain('xterm-helper');
});

it.each([
  '/assets/nothing.js',
  '/assets/../index.html',
  '/assets/%2e%2e/index.html',
  '/assets/..%2f..%2fmain.js',
  '/index.html',
  '/main.js',
  '/xterm',
  '/xterm/',
  '/ports/0/edit/more',
  '/%00',
])('has nothing at %s', async (path) => {
  // fetch would tidy the path up.
  const { request } = await import('node:http');
  const { port } = new URL(server.url());
  const status = await new Promise((resolve, reject) =>
    request({ host: '127.0.0.1', port, path }, (response) => resolve(response.resume().statusCode))
      .on('error', reject)
      .end(),
  );
  expect(status).toBeGreaterThanOrEqual(400);
  expect(status).toBeLessThan(500);
});

it.each(['/', '/xterm/device', 'an asset'])('says of %s that it is there to be read', async (what) => {
  const [asset = ''] = assetsOf(await (await get('/')).text());
  const url = server.url() + (what === 'an asset' ? asset : what);
  for (const method of ['POST', 'PUT', 'DELETE']) {
    const response = await fetch(url, { method });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS']);
    expect(await response.json()).toMatchObject({
      code: 'METHOD_NOT_ALLOWED',
      error: expect.stringContaining(`does not take ${method}`),
    });
  }
  const asked = await fetch(url, { method: 'OPTIONS' });
  expect([asked.status, asked.headers.get('allow')]).toEqual([204, 'GET, HEAD, OPTIONS']);
});

it('leaves the API alone', async () => {
  expect((await fetch(`${server.url()}/nothing`, { method: 'POST' })).status).toBe(404);
  const api = await get('/api/nothing');
  expect(api.status).toBe(404);
  expect(api.headers.get('content-type')).toMatch(/json/);
});

it('sends no body to a HEAD', async () => {
  const response = await fetch(`${server.url()}/`, { method: 'HEAD' });
  expect(response.status).toBe(200);
  expect(await response.text()).toBe('');
});
