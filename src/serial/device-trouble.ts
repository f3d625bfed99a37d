import { AppError, type AppErrorOptions, sentence } from '../errors.js';

/**
 * Why a device cannot be used, as a word that is safe to match on. `ambiguous`: several fit its `match`; `lost`: it went
 * away while it was open; `failed`: anything else.
 */
export type TroubleCode = 'missing' | 'denied' | 'busy' | 'not_serial' | 'ambiguous' | 'lost' | 'failed';

export interface Trouble {
  readonly code: TroubleCode;
  /** The same for people, as a sentence. */
  readonly reason: string;
}

/** A failure that has its cause in the device. */
export class DeviceTrouble extends AppError {
  constructor(
    code: string,
    status: number,
    readonly trouble: TroubleCode,
    message: string,
    options?: AppErrorOptions,
  ) {
    super(code, status, message, options);
  }
}

/** What anything that was thrown says of the device. */
export const troubleOf = (error: unknown): Trouble => ({
  code: error instanceof DeviceTrouble ? error.trouble : 'failed',
  reason: sentence(error),
});
