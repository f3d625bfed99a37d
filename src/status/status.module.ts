import { Module } from '@nestjs/common';
import { ListenerModule } from '../listener/listener.module.js';

/** What runs now: ports, servers and connections. */
@Module({ imports: [ListenerModule] })
export class StatusModule {}
