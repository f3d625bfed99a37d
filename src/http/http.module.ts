import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { ListenerModule } from '../listener/listener.module.js';
import { Console } from './console.js';
import { HttpService } from './http.service.js';
import { UpgradeGate } from './upgrade.gate.js';

/** The http servers, and what every request goes through. */
@Module({
  imports: [AuthModule, ListenerModule],
  providers: [HttpService, Console, UpgradeGate],
  exports: [HttpService],
})
export class HttpModule {}
