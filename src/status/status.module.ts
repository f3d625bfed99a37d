import { Module } from '@nestjs/common';
import { ListenerModule } from '../listener/listener.module.js';
import { SerialModule } from '../serial/serial.module.js';
import { StatusController } from './status.controller.js';
import { StatusService } from './status.service.js';

/** What runs now: ports, servers and connections. */
@Module({
  imports: [SerialModule, ListenerModule],
  controllers: [StatusController],
  providers: [StatusService],
  exports: [StatusService],
})
export class StatusModule {}
