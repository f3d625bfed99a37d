import { Module } from '@nestjs/common';
import { ListenerModule } from '../listener/listener.module.js';
import { SerialModule } from '../serial/serial.module.js';
import { HealthController } from './health.controller.js';
import { MetricsController } from './metrics.controller.js';
import { MetricsService } from './metrics.service.js';
import { Readiness } from './readiness.js';
import { StatusController } from './status.controller.js';
import { StatusFeed } from './status-feed.js';
import { StatusStream } from './status-stream.js';
import { StatusService } from './status.service.js';

/** What runs now: ports, servers and connections. */
@Module({
  imports: [SerialModule, ListenerModule],
  controllers: [StatusController, HealthController, MetricsController],
  providers: [StatusService, StatusFeed, StatusStream, MetricsService, Readiness],
  exports: [StatusService, Readiness],
})
export class StatusModule {}
