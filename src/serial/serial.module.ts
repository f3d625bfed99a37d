import { Module } from '@nestjs/common';
import { DEVICE_SOURCE, deviceSource, DeviceWatch } from './device-watch.js';
import { LinesService } from './lines.service.js';
import { openDevice } from './open-device.js';
import { PortsController } from './ports.controller.js';
import { PortsService } from './ports.service.js';
import { OPEN_DEVICE } from './serial-device.js';
import { SerialService } from './serial.service.js';

@Module({
  controllers: [PortsController],
  providers: [
    SerialService,
    PortsService,
    LinesService,
    DeviceWatch,
    { provide: OPEN_DEVICE, useValue: openDevice },
    { provide: DEVICE_SOURCE, useValue: deviceSource },
  ],
  exports: [SerialService, DeviceWatch],
})
export class SerialModule {}
