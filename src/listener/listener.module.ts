import { Module } from '@nestjs/common';
import { SerialModule } from '../serial/serial.module.js';
import { ConnectionsController } from './connections.controller.js';
import { ConnectionsService } from './connections.service.js';
import { ListenerService } from './listener.service.js';
import { MonitorService } from './monitor.service.js';
import { UpgradeRoutes } from './upgrade-routes.js';

@Module({
  imports: [SerialModule],
  controllers: [ConnectionsController],
  providers: [ListenerService, ConnectionsService, UpgradeRoutes, MonitorService],
  exports: [ListenerService, UpgradeRoutes],
})
export class ListenerModule {}
