import { ExpressAdapter } from '@nestjs/platform-express';
import express, { type NextFunction, type Request, type Response } from 'express';
import type { ILayer } from 'express-serve-static-core';
import { METHODS } from 'node:http';
import { AppError } from '../errors.js';

/** How much of a path an answer repeats. */
const PATH_SHOWN = 200;

/** Express as this server wants it: exact paths, plain queries, no ETag of its own, and every refusal as JSON. */
export class Express extends ExpressAdapter {
  constructor() {
    const app = express();
    app.disable('x-powered-by').disable('etag');
    app.set('query parser', 'simple').enable('case sensitive routing');
    super(app);
  }

  /** What no route takes: 405 with `Allow` where the path has other methods, else 404. */
  override setNotFoundHandler(): void {
    this.use((request: Request, response: Response, next: NextFunction) => {
      const allowed = methodsOf(this.getInstance<express.Application>(), request.path);
      if (allowed.length) refuseMethod(request, response, next, allowed);
      else next(new AppError('NOT_FOUND', 404, `There is no ${shown(request.path)}`));
    });
  }
}

/** Answers a method that a path does not take with those that it does; OPTIONS asks for them. */
export function refuseMethod(
  request: Request,
  response: Response,
  next: NextFunction,
  allowed: readonly string[],
): void {
  if (request.method !== 'OPTIONS') next(new MethodNotAllowed(request, allowed));
  else response.status(204).set('Allow', allowed.join(', ')).end();
}

class MethodNotAllowed extends AppError {
  constructor({ method, path }: Request, allowed: readonly string[]) {
    const list = allowed.join(', ');
    const message = `${shown(path)} does not take ${method}, but ${list}`;
    super('METHOD_NOT_ALLOWED', 405, message, { headers: { Allow: list } });
  }
}

const shown = (path: string) => (path.length > PATH_SHOWN ? `${path.slice(0, PATH_SHOWN)}…` : path);

function methodsOf(app: express.Application, path: string): string[] {
  const methods = new Set<string>();
  // The types know less of a layer than there is.
  for (const layer of app.router.stack as (ILayer & { match(path: string): boolean })[]) {
    if (!layer.route || !layer.match(path)) continue;
    for (const { method } of layer.route.stack) {
      const taken = method ? [method.toUpperCase()] : METHODS.filter((name) => name !== 'OPTIONS');
      for (const name of taken) methods.add(name);
      if (method === 'get') methods.add('HEAD');
    }
  }
  return methods.size ? [...methods, 'OPTIONS'] : [];
}
