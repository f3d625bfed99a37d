import { Controller, Get, Header } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '../openapi/decorators.js';
import { MetricsService } from './metrics.service.js';

/** For Prometheus. */
@ApiTags('health')
@Controller('metrics')
export class MetricsController {
  constructor(private readonly metrics: MetricsService) {}

  /** Counters and gauges of ports and process, as Prometheus reads them. */
  @Get()
  @Header('Content-Type', 'text/plain; version=0.0.4; charset=utf-8')
  @ApiOperation({ operationId: 'getMetrics' })
  @ApiResponse({
    status: 200,
    description: 'Text format 0.0.4 of Prometheus.',
    content: { 'text/plain': { schema: { type: 'string' } } },
  })
  get(): Promise<string> {
    return this.metrics.text();
  }
}
