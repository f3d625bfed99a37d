import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { NextFunction, Request, Response } from 'express';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type ConsoleFile, ConsoleFiles, type Encoding } from './console-files.js';
import { refuseMethod } from './express.js';

/** The console's own addresses; every other one belongs to the API. */
const PAGES =
  /^\/(?:login|ports(?:\/[^/]+){0,2}|terminals|users|tokens|settings|(?:xterm|raw)\/.+|monitor\/.+)?$/;
const METHODS = ['GET', 'HEAD'];
const ASSET = /^\/assets\/([\w.-]+)$/;

/** dist/console, from dist/http as from src/http. */
const FOLDER = [join(import.meta.dirname, '../console'), join(import.meta.dirname, '../../dist/console')];

/** A name never changes its content, since the content's hash is in it. */
const FOR_EVER = 'public, max-age=31536000, immutable';

/** The admin console: its page at every address of its own, and the files that the page asks for. */
@Injectable()
export class Console implements OnModuleInit {
  #files: ConsoleFiles | undefined;

  constructor(private readonly host: HttpAdapterHost) {}

  async onModuleInit(): Promise<void> {
    const folder = FOLDER.find((path) => existsSync(path));
    this.#files = folder === undefined ? undefined : await ConsoleFiles.load(folder);
    this.host.httpAdapter.use((request: Request, response: Response, next: NextFunction) => {
      // Not `request.path`: that is the parsed address, and what is asked for are exact names.
      const [path = ''] = request.url.split('?', 1);
      const serve = this.#at(path);
      if (!serve) next();
      else if (METHODS.includes(request.method)) serve(request, response);
      else refuseMethod(request, response, next, [...METHODS, 'OPTIONS']);
    });
  }

  /** What answers at a path; undefined for what is none of the console's. */
  #at(path: string): ((request: Request, response: Response) => void) | undefined {
    const files = this.#files;
    if (files && PAGES.test(path)) return (request, response) => this.#page(files, request, response, path);
    const file = files?.asset(ASSET.exec(path)?.[1] ?? '');
    return file && ((request, response) => this.#asset(file, request, response));
  }

  #page(files: ConsoleFiles, request: Request, response: Response, path: string): void {
    // Relative, so that it is right behind a proxy that says nothing about the path it serves this below.
    const { body, etag } = files.pageAt(path.split('/').length - 2);
    head(response, 'text/html; charset=utf-8', 'no-cache');
    response.setHeader('ETag', etag);
    if (request.headers['if-none-match'] === etag) response.writeHead(304).end();
    else response.end(body);
  }

  #asset(file: ConsoleFile, request: Request, response: Response): void {
    const encoding = pick(file, request);
    head(response, file.type, FOR_EVER);
    response.setHeader('Vary', 'Accept-Encoding');
    if (encoding !== 'identity') response.setHeader('Content-Encoding', encoding);
    const body = file.bodies[encoding];
    response.setHeader('Content-Length', body?.length ?? 0);
    response.end(body);
  }
}

function head(response: Response, type: string, cache: string): void {
  response.setHeader('Content-Type', type);
  response.setHeader('Cache-Control', cache);
  response.setHeader('X-Content-Type-Options', 'nosniff');
}

/** The smallest form that the client takes. */
function pick({ bodies }: ConsoleFile, request: Request): Encoding {
  const takes = (encoding: Encoding) =>
    bodies[encoding] !== undefined && request.acceptsEncodings(encoding) !== false;
  return takes('br') ? 'br' : takes('gzip') ? 'gzip' : 'identity';
}
