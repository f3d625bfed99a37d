import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export type Level = 'public' | 'user' | 'admin';
export type Method = 'get' | 'put' | 'post' | 'delete' | 'patch';

export interface Operation {
  operationId: string;
  summary: string;
  description: string;
  tags: string[];
  security: Record<string, string[]>[];
  'x-level': Level;
  'x-websocket'?: true;
  parameters?: { name: string; in: string; required?: boolean }[];
  requestBody?: { content: Content };
  responses: Record<string, ResponseWords>;
}

export type Content = Record<string, { schema: object; example?: unknown }>;

/** An answer as the document has it; `$ref` leads to another place of it. */
export interface ResponseWords {
  $ref?: string;
  description: string;
  headers?: Record<string, object>;
  content?: Content;
}

export interface OpenApiDocument {
  openapi: string;
  tags: { name: string }[];
  paths: Record<string, Partial<Record<Method, Operation>>>;
  components: Record<'schemas' | 'responses' | 'headers', Record<string, object>>;
}

export const openapi = JSON.parse(
  readFileSync(join(import.meta.dirname, '..', '..', 'openapi.json'), 'utf8'),
) as OpenApiDocument;

export interface Route {
  /** As in `GET /api/status`. */
  readonly name: string;
  readonly method: Method;
  readonly path: string;
  readonly operation: Operation;
}

/** Every operation of the document. */
export const routes: readonly Route[] = Object.entries(openapi.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({
    name: `${method.toUpperCase()} ${path}`,
    method: method as Method,
    path,
    operation,
  })),
);
