import { Module } from '@nestjs/common';
import { ListenerModule } from '../listener/listener.module.js';
import { SerialModule } from '../serial/serial.module.js';
import { StatusController } from './status.controller.js';
import { StatusFeed } from './status-feed.js';
import { StatusStream } from './status-stream.js';
import { StatusService } from './status.service.js';

/** What runs now: ports, servers and connections. */
@Module({
  imports: [SerialModule, ListenerModule],
  controllers: [StatusController],
  providers: [StatusService, StatusFeed, StatusStream],
  exports: [StatusService],
})
export class StatusModule {}
