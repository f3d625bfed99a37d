import { Flag, IsBreakMs, Optional } from '../config/rules.js';
import { OkDto } from '../ok.dto.js';
import { ApiCount } from '../openapi/decorators.js';

/** The answer to a port that was added. */
export class PortAddedDto extends OkDto {
  /** Where it stands in the configuration. */
  @ApiCount() index!: number;
}

/** Modem lines to set, true is asserted; one that is not named stays as it is. */
export class LinesDto {
  /** Request to send. */
  @Optional() @Flag() rts?: boolean | null;
  /** Data terminal ready. */
  @Optional() @Flag() dtr?: boolean | null;
}

/** A break to send. */
export class BreakDto {
  /** Length in milliseconds, 1 to 5000. */
  @IsBreakMs() duration_ms!: number;
}
