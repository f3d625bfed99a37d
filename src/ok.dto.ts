import { ApiProperty } from './openapi/decorators.js';

/** The answer to what was done and has nothing to tell. */
export class OkDto {
  @ApiProperty({ enum: [true] }) ok!: true;
}

export const OK: OkDto = { ok: true };
