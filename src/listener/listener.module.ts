import { Module } from '@nestjs/common';
import { SerialModule } from '../serial/serial.module.js';
import { ListenerService } from './listener.service.js';

@Module({ imports: [SerialModule], providers: [ListenerService], exports: [ListenerService] })
export class ListenerModule {}
