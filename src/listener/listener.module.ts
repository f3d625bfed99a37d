import { Module } from '@nestjs/common';
import { SerialModule } from '../serial/serial.module.js';
import { ListenerService } from './listener.service.js';
import { UpgradeRoutes } from './upgrade-routes.js';

@Module({
  imports: [SerialModule],
  providers: [ListenerService, UpgradeRoutes],
  exports: [ListenerService, UpgradeRoutes],
})
export class ListenerModule {}
