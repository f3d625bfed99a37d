import { Flag, IsBreakMs, Optional } from '../config/rules.js';
import { OkDto } from '../ok.dto.js';

/** The answer to a port that was added. */
export class PortAddedDto extends OkDto {
  /** Where it stands in the configuration. */
  index!: number;
}

/** Modem lines to set, true is asserted; one that is not named stays as it is. */
export class LinesDto {
  @Optional() @Flag() rts?: boolean | null;
  @Optional() @Flag() dtr?: boolean | null;
}

export class BreakDto {
  /** Length in milliseconds, 1 to 5000. */
  @IsBreakMs() duration_ms!: number;
}
