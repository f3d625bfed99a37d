import {
  type ArgumentMetadata,
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
  type PipeTransform,
} from '@nestjs/common';
import type { ClassConstructor } from 'class-transformer';
import express, { type Request, type Response } from 'express';
import { NotLoggedIn } from '../auth/auth.errors.js';
import { callerOf } from '../auth/caller.js';
import { jsonMistake } from '../config/json.js';
import { checkBody, isDeep, isLarge, isObject } from '../config/shape.js';
import { AppError } from '../errors.js';

const BODY_BYTES = 1024 * 1024;
/** Values of all levels that a body may hold: more than any port has. Looking at each of them holds up everything else. */
const BODY_VALUES = 5000;
const WITH_BODY = ['POST', 'PUT', 'PATCH'];
const JSON_TYPES = ['json', '+json'];

// Bytes, since JSON is UTF-8 alone (RFC 8259, 8.1), and tables of other encodings take memory. Without inflate, a small body stays small.
const read = express.raw({ limit: BODY_BYTES, type: JSON_TYPES, inflate: false });
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Reads the body of a request; after the guard, so that nobody makes the server work who may not. */
@Injectable()
export class BodyReader implements NestInterceptor {
  async intercept(context: ExecutionContext, next: CallHandler) {
    if (context.getType() === 'http') {
      const http = context.switchToHttp();
      const request = http.getRequest<Request>();
      await readBody(request, http.getResponse<Response>());
      // It may have taken its time, and its sender's rights may have ended meanwhile.
      if (callerOf(request).ended.aborted) throw new NotLoggedIn();
    }
    return next.handle();
  }
}

/** @throws AppError 400 (with line and column), 413, 415 */
async function readBody(request: Request, response: Response): Promise<void> {
  if (!WITH_BODY.includes(request.method) || !hasBody(request)) return;
  if (!request.is(JSON_TYPES) || /charset=(?!"?utf-?8\b)/i.test(request.headers['content-type'] ?? ''))
    throw new AppError(
      'NOT_JSON',
      415,
      'The body must be JSON in UTF-8, with Content-Type: application/json',
    );
  await new Promise<void>((resolve, reject) =>
    read(request, response, (error?: unknown) => (error ? reject(mistake(error)) : resolve())),
  );
  const body = parsed(request.body as Buffer);
  if (!isObject(body)) throw new AppError('BODY_INVALID', 400, 'The body must be an object in braces');
  if (isDeep(body)) throw new AppError('BODY_INVALID', 400, 'The body is nested too deeply');
  if (isLarge(body, BODY_VALUES))
    throw new AppError('BODY_INVALID', 400, `The body must not hold more than ${BODY_VALUES} values`);
  request.body = body;
}

function parsed(bytes: Buffer): unknown {
  let text = '';
  try {
    text = utf8.decode(bytes);
    return JSON.parse(text);
  } catch (error) {
    const what = error instanceof SyntaxError ? jsonMistake(text) : 'it is not UTF-8';
    throw new AppError('NOT_JSON', 400, `The body is not JSON: ${what}`);
  }
}

const hasBody = ({ headers }: Request) =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

function mistake(error: unknown): unknown {
  switch ((error as { type?: string }).type) {
    case 'entity.too.large':
      return new AppError('TOO_LARGE', 413, 'The body is larger than 1 MiB');
    case 'encoding.unsupported':
      return new AppError('NOT_JSON', 415, 'The body must not be compressed');
    default:
      return error;
  }
}

/** Checks what an operation takes as a class: its body, or its query as a whole. */
@Injectable()
export class BodyPipe implements PipeTransform {
  transform(value: unknown, { type, metatype, data }: ArgumentMetadata): unknown {
    const whole = (type === 'body' || type === 'query') && data === undefined;
    if (whole && type === 'body' && metatype === Object && value === undefined)
      throw new AppError('BODY_INVALID', 400, 'The body must be an object in braces');
    return whole && metatype && !PLAIN.has(metatype)
      ? checkBody(metatype as ClassConstructor<object>, value)
      : value;
  }
}

const PLAIN = new Set<unknown>([Object, Array, String, Number, Boolean]);
