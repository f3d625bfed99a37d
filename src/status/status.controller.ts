import { Controller, Get, Header, Query, Req, type StreamableFile } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import type { Caller } from '../auth/caller.js';
import { From } from '../auth/decorators.js';
import { closingOf, logOf } from '../net/arrival.js';
import { ApiErrors, ApiExtraModels, ApiOperation, ApiResponse, ApiTags } from '../openapi/decorators.js';
import {
  DetectedDeviceDto,
  OnePortStatusDto,
  PortSignalsDto,
  StatusDto,
  StatusQueryDto,
} from './status.dto.js';
import { StatusService } from './status.service.js';
import { StatusStream } from './status-stream.js';

const oneOf = (...names: string[]) => ({
  oneOf: names.map((name) => ({ $ref: `#/components/schemas/${name}` })),
});

const LINES = `With \`stream\`: a line of JSON for each change. The first one has everything: \`{ports, detected, admin}\`. Then
\`{port_index, _delta: true, …}\` has the keys of a port that changed, null for one that is gone, and \`{detected}\` the devices; a line with
\`ports\` replaces all. With \`port\` or \`endpoint\` the lines are \`{port, admin}\`, \`{_delta: true, …}\` and \`{_removed: true}\`. \`{}\` comes
after 30 s without a line.`;

/** `?stream=1`; 0, false and nothing mean no. */
const isStream = ({ stream }: StatusQueryDto) => stream !== undefined && !['0', 'false'].includes(stream);

/** What runs now. */
@ApiTags('status')
@Controller('api')
export class StatusController {
  constructor(
    private readonly status: StatusService,
    private readonly stream: StatusStream,
  ) {}

  /** All ports with their servers and clients; with `port` or `endpoint` the one that has it. */
  @Get('status')
  @ApiOperation({ operationId: 'getStatus' })
  @ApiExtraModels(StatusDto, OnePortStatusDto)
  @ApiResponse({
    status: 200,
    description: `What runs at this moment.\n\n${LINES}`,
    content: {
      'application/json': { schema: oneOf('Status', 'OnePortStatus') },
      'application/x-ndjson': { schema: { $ref: '#/components/schemas/StatusLine' } },
    },
  })
  @ApiErrors({ 404: 'no port has the name or endpoint', 503: 'the live status has too many readers' })
  // nginx would otherwise hold lines back.
  @Header('X-Accel-Buffering', 'no')
  get(
    @Query() query: StatusQueryDto,
    @From() caller: Caller,
    @Req() request: IncomingMessage,
  ): Promise<StatusDto | OnePortStatusDto | StreamableFile> {
    return isStream(query)
      ? this.stream.open(query, caller, closingOf(request), logOf(request))
      : this.status.status(query, caller);
  }

  /** The serial devices of this machine. */
  @Get('detect')
  @ApiOperation({ operationId: 'detectDevices' })
  detect(): Promise<DetectedDeviceDto[]> {
    return this.status.detect();
  }

  /** The modem lines of all ports. */
  @Get('signals')
  @ApiOperation({ operationId: 'getSignals' })
  signals(): Promise<PortSignalsDto[]> {
    return this.status.signals();
  }
}
