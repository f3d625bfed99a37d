import { Module } from '@nestjs/common';
import { openDevice } from './open-device.js';
import { OPEN_DEVICE } from './serial-device.js';
import { SerialService } from './serial.service.js';

@Module({
  providers: [SerialService, { provide: OPEN_DEVICE, useValue: openDevice }],
  exports: [SerialService],
})
export class SerialModule {}
