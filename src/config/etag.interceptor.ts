import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { Request, Response } from 'express';
import { map, type Observable } from 'rxjs';
import { isKnown, isWholly, tagOf } from './etag.js';

/** Gives answers their `ETag`, and 304 to who has what it asks for: `@UseInterceptors(ETagInterceptor)`. */
@Injectable()
export class ETagInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler<unknown>): Observable<unknown> {
    const http = context.switchToHttp();
    const { method, headers } = http.getRequest<Request>();
    const response = http.getResponse<Response>();
    return next.handle().pipe(
      map((answer) => {
        const tag = tagOf(answer);
        response.setHeader('ETag', tag);
        const asks = ['GET', 'HEAD'].includes(method) && isWholly(answer);
        if (!asks || !isKnown(headers['if-none-match'], tag)) return answer;
        response.status(304);
        return undefined;
      }),
    );
  }
}
