import { Injectable } from '@nestjs/common';
import { AppError } from '../errors.js';
import type { HealthDto } from './health.dto.js';

/** The program is starting or stopping. */
export class NotReady extends AppError {
  constructor() {
    super('NOT_READY', 503, 'The server is starting or stopping; ask again in a second');
  }
}

/** Whether everything that can listen does, and goes on to. */
@Injectable()
export class Readiness {
  #ready = false;

  set(ready: boolean): void {
    this.#ready = ready;
  }

  /** @throws NotReady */
  check(): HealthDto {
    if (!this.#ready) throw new NotReady();
    return { status: 'ok' };
  }
}
