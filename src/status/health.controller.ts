import { Controller, Get } from '@nestjs/common';
import { Public } from '../auth/decorators.js';
import { ApiErrors, ApiOperation, ApiTags } from '../openapi/decorators.js';
import { HealthDto } from './health.dto.js';
import { Readiness } from './readiness.js';

/** For supervisors and load balancers: a status without details, so that anybody may ask. */
@ApiTags('health')
@Public()
@Controller('api/health')
export class HealthController {
  constructor(private readonly readiness: Readiness) {}

  /** Whether the program runs at all: its event loop answers. */
  @Get('live')
  @ApiOperation({ operationId: 'getLiveness' })
  live(): HealthDto {
    return { status: 'ok' };
  }

  /** Whether it serves: everything that can listen does. */
  @Get('ready')
  @ApiOperation({ operationId: 'getReadiness' })
  @ApiErrors({ 503: 'it is starting or stopping' })
  ready(): HealthDto {
    return this.readiness.check();
  }
}
