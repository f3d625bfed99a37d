import type { Request, Response } from 'express';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { AppError } from '../errors.js';
import { arrivalOf } from '../net/arrival.js';

const DOCUMENT = join(import.meta.dirname, '..', '..', 'openapi.json');
const PAGE = join(import.meta.dirname, 'page');

/** Nothing inline that runs, nothing from elsewhere; Swagger UI sets styles and shows images of its own. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Looked up when they are asked for: few servers ever are. */
const swaggerUi = () => dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));

const FOLDERS: Readonly<Record<string, () => string>> = {
  'index.html': () => PAGE,
  'start.js': () => PAGE,
  'start.css': () => PAGE,
  'swagger-ui.css': swaggerUi,
  'swagger-ui-bundle.js': swaggerUi,
};

/** The OpenAPI document, with the path that the server is reached at. It is read for each request: few ask for it. */
export async function documentFor(request: Request): Promise<object> {
  const document = JSON.parse(await readFile(DOCUMENT, 'utf8')) as object;
  return { ...document, servers: [{ url: arrivalOf(request).prefix || '/' }] };
}

/** A file of the pages that show the document. @throws AppError 404 */
export function sendPage(request: Request, response: Response, file = 'index.html'): void {
  const folder = Object.hasOwn(FOLDERS, file) ? FOLDERS[file]?.() : undefined;
  if (!folder) throw new AppError('NOT_FOUND', 404, 'The documentation has no such file');
  // What the page refers to is relative to its path without a slash at the end.
  if (file === 'index.html' && request.path.endsWith('/')) {
    response.redirect(308, '../docs');
    return;
  }
  response.set({ 'Content-Security-Policy': POLICY, 'Cache-Control': 'no-cache' });
  response.sendFile(file, { root: folder, cacheControl: false });
}
