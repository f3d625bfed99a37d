import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { ListenerModule } from '../listener/listener.module.js';
import { Console } from './console.js';
import { HttpService } from './http.service.js';
import { SettingsController } from './settings.controller.js';
import { SettingsService } from './settings.service.js';
import { UpgradeGate } from './upgrade.gate.js';

/** The http servers, and what every request goes through. */
@Module({
  imports: [AuthModule, ListenerModule],
  controllers: [SettingsController],
  providers: [HttpService, Console, UpgradeGate, SettingsService],
  exports: [HttpService],
})
export class HttpModule {}
