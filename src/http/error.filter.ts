import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Logger } from '@nestjs/common';
import type { Response } from 'express';
import { AppError, sentence } from '../errors.js';

/** Every failure as `{"error": "<sentence>"}` with its status; what nobody foresaw is logged and said without details. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  readonly #log = new Logger('http');

  catch(error: unknown, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<Response>();
    if (response.headersSent) {
      response.destroy();
      return;
    }
    if (error instanceof AppError) {
      response.status(error.status).set(error.headers).json({ error: error.message, code: error.code });
    } else if (error instanceof HttpException) {
      response.status(error.getStatus()).json({ error: error.message });
    } else {
      this.#log.error(
        `internal error, please report it: ${error instanceof Error ? error.stack : sentence(error)}`,
      );
      response.status(500).json({ error: 'Internal error; the log has more' });
    }
  }
}
