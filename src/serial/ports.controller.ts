import {
  Body,
  Controller,
  Delete,
  Get,
  Headers,
  HttpCode,
  Param,
  Patch,
  Post,
  Put,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import { Admin, type Audit, Audited } from '../auth/decorators.js';
import { PortDto } from '../config/config.dto.js';
import { ETagInterceptor } from '../config/etag.interceptor.js';
import { OkDto } from '../ok.dto.js';
import { ApiBody, ApiErrors, ApiMayNotApply, ApiResponse, ApiTags } from '../openapi/decorators.js';
import { LinesService } from './lines.service.js';
import { PortGuard } from './port.guard.js';
import { BreakDto, LinesDto, PortAddedDto } from './ports.dto.js';
import { PortsService } from './ports.service.js';

const PORT_VIEW = { $ref: '#/components/schemas/PortView' };

@Controller('api/ports')
@UseGuards(PortGuard)
@Admin()
@ApiTags('ports')
export class PortsController {
  constructor(
    private readonly ports: PortsService,
    private readonly lines: LinesService,
  ) {}

  /** All entries, also those with mistakes */
  @Get()
  @UseInterceptors(ETagInterceptor)
  @ApiResponse({ status: 200, schema: { type: 'array', items: PORT_VIEW }, description: 'The entries.' })
  listPorts(): object[] {
    return this.ports.list();
  }

  /** The entry of a port */
  @Get(':port')
  @UseInterceptors(ETagInterceptor)
  @ApiResponse({ status: 200, schema: PORT_VIEW, description: 'The entry; its `ETag` is for changes of it.' })
  getPort(@Param('port') port: string): object {
    return this.ports.get(port);
  }

  /** Add a port */
  @Post()
  @UseInterceptors(ETagInterceptor)
  @ApiBody({ type: PortDto })
  @ApiResponse({ status: 201, type: PortAddedDto, description: 'It is added, and served.' })
  @ApiMayNotApply()
  addPort(@Body() entry: object, @Audited() audit: Audit): Promise<PortAddedDto> {
    return this.ports.add(entry, audit);
  }

  /** Replace the entry of a port */
  @Put(':port')
  @UseInterceptors(ETagInterceptor)
  @ApiBody({ type: PortDto })
  @ApiResponse({ status: 200, type: OkDto, description: 'It is changed; `ETag` is that of the new entry.' })
  @ApiMayNotApply()
  replacePort(
    @Param('port') port: string,
    @Body() entry: object,
    @Audited() audit: Audit,
    @Headers('if-match') ifMatch?: string,
  ): Promise<OkDto> {
    return this.ports.replace(port, entry, { ifMatch, audit });
  }

  /** Change what a JSON merge patch names of a port (RFC 7396) */
  @Patch(':port')
  @UseInterceptors(ETagInterceptor)
  @ApiBody({
    schema: { $ref: '#/components/schemas/PortPatch' },
    description: 'null takes a key away; a list is replaced.',
  })
  @ApiResponse({ status: 200, type: OkDto, description: 'It is changed; `ETag` is that of the new entry.' })
  @ApiMayNotApply()
  changePort(
    @Param('port') port: string,
    @Body() patch: object,
    @Audited() audit: Audit,
    @Headers('if-match') ifMatch?: string,
  ): Promise<OkDto> {
    return this.ports.patch(port, patch, { ifMatch, audit });
  }

  /** Remove a port, and disconnect its clients */
  @Delete(':port')
  @ApiResponse({ status: 200, type: OkDto, description: 'It is removed.' })
  removePort(
    @Param('port') port: string,
    @Audited() audit: Audit,
    @Headers('if-match') ifMatch?: string,
  ): Promise<OkDto> {
    return this.ports.remove(port, { ifMatch, audit });
  }

  /** Set RTS and DTR of an open port, both in one step */
  @Put(':port/signals')
  @ApiResponse({ status: 200, type: OkDto, description: 'They are set.' })
  @ApiErrors({ 409: 'The device has no modem lines.', 503: 'The device takes nothing.' })
  setSignals(@Param('port') port: string, @Body() lines: LinesDto, @Audited() audit: Audit): Promise<OkDto> {
    return this.lines.set(port, lines, audit);
  }

  /** Send a break on an open port; the answer comes when it is over */
  @Post(':port/break')
  @HttpCode(200)
  @ApiResponse({ status: 200, type: OkDto, description: 'The break is over.' })
  @ApiErrors({ 409: 'The device cannot send one, or too many wait.', 503: 'The device takes nothing.' })
  sendBreak(@Param('port') port: string, @Body() body: BreakDto, @Audited() audit: Audit): Promise<OkDto> {
    return this.lines.sendBreak(port, body, audit);
  }
}
