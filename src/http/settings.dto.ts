import { HttpDto } from '../config/config.dto.js';
import { SslDto } from '../config/server.dto.js';
import { IsSessionTimeout, Optional } from '../config/rules.js';
import { OkDto } from '../ok.dto.js';
import type { Shown } from '../config/shown.js';
import { ApiCount, ApiProperty } from '../openapi/decorators.js';

/**
 * An http entry, and what came of it. Of the entry itself, who is no administrator sees `name`, `address`, `port` and
 * `base_path`.
 */
export class HttpViewDto extends HttpDto {
  /** With it, it is HTTPS: a certificate, and whether clients need one. Only administrators see it. */
  @ApiProperty() declare ssl?: SslDto;
  /** Address and port where it listens; absent while it does not. */
  listening?: string;
  /** Why it does not listen. */
  error?: string;
}

/** What is set for the whole server. */
export class SettingsDto {
  /** The http servers, at the indexes of the file. */
  @ApiProperty({
    type: 'array',
    items: {
      anyOf: ['EntryWithIssues', 'HttpViewDto'].map((name) => ({ $ref: `#/components/schemas/${name}` })),
    },
  })
  http!: (HttpViewDto | Shown)[];
  /** Seconds without a request after which a session ends; null where the file says nothing. */
  session_timeout!: number | null;
}

/** What may be changed of it. */
export class SettingsChangesDto {
  /** Seconds without a request after which a session ends; 0 for never, null as without the key. */
  @Optional() @IsSessionTimeout() session_timeout?: number | null;
}

/** The answer to an http server that was added. */
export class HttpAddedDto extends OkDto {
  /** Where it stands in the list. */
  @ApiCount() index!: number;
}
