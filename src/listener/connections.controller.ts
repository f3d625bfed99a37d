import { Controller, Delete, Param, UseGuards } from '@nestjs/common';
import { type Audit, Audited } from '../auth/decorators.js';
import { OkDto } from '../ok.dto.js';
import { ApiResponse, ApiTags } from '../openapi/decorators.js';
import { PortGuard } from '../serial/port.guard.js';
import { ConnectionsService } from './connections.service.js';

@Controller('api/ports/:port/connections')
@UseGuards(PortGuard)
@ApiTags('ports')
export class ConnectionsController {
  constructor(private readonly connections: ConnectionsService) {}

  /** Disconnect a client */
  @Delete(':server/:connection')
  @ApiResponse({
    status: 200,
    type: OkDto,
    description: 'It is disconnected, or will be when it has what it was sent.',
  })
  disconnectClient(
    @Param('port') port: string,
    @Param('server') server: string,
    @Param('connection') connection: string,
    @Audited() audit: Audit,
  ): OkDto {
    return this.connections.disconnect(port, server, connection, audit);
  }
}
