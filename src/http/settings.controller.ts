import {
  Body,
  Controller,
  Delete,
  Get,
  Headers,
  HttpCode,
  Param,
  Post,
  Put,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import type { Caller } from '../auth/caller.js';
import { Admin, type Audit, Audited, From } from '../auth/decorators.js';
import { HttpDto } from '../config/config.dto.js';
import { ETagInterceptor } from '../config/etag.interceptor.js';
import { OkDto } from '../ok.dto.js';
import { ApiBody, ApiExtraModels, ApiMayNotApply, ApiResponse, ApiTags } from '../openapi/decorators.js';
import { HttpServerKnown } from './settings.guard.js';
import { HttpAddedDto, HttpViewDto, SettingsChangesDto, SettingsDto } from './settings.dto.js';
import { SettingsService } from './settings.service.js';

@Controller('api/settings')
@UseGuards(HttpServerKnown)
@UseInterceptors(ETagInterceptor)
@ApiTags('settings')
@ApiExtraModels(HttpViewDto)
export class SettingsController {
  constructor(private readonly settings: SettingsService) {}

  /** The http servers, where they listen, and the timeout of sessions; all keys of the file for administrators only */
  @Get()
  @ApiResponse({
    status: 200,
    type: SettingsDto,
    description: 'The settings; their `ETag` is for all changes.',
  })
  getSettings(@From() caller: Caller): SettingsDto {
    return this.settings.get(caller.admin);
  }

  /** Change the timeout of sessions */
  @Put()
  @Admin()
  @ApiResponse({ status: 200, type: OkDto, description: 'It counts at once.' })
  changeSettings(
    @Body() body: SettingsChangesDto,
    @Audited() audit: Audit,
    @Headers('if-match') ifMatch?: string,
  ): Promise<OkDto> {
    return this.settings.change(body, { ifMatch, audit });
  }

  /** Add an http server */
  @Post('http')
  @HttpCode(200)
  @Admin()
  @ApiBody({ type: HttpDto })
  @ApiResponse({ status: 200, type: HttpAddedDto, description: 'It is added, and listens.' })
  @ApiMayNotApply()
  addHttpServer(
    @Body() entry: object,
    @Audited() audit: Audit,
    @Headers('if-match') ifMatch?: string,
  ): Promise<HttpAddedDto> {
    return this.settings.add(entry, { ifMatch, audit });
  }

  /** Change what is named of an http server; null takes a key away */
  @Put('http/:index')
  @Admin()
  @ApiBody({ schema: { $ref: '#/components/schemas/HttpPatch' } })
  @ApiResponse({
    status: 200,
    type: OkDto,
    description: 'It is changed; only another place to listen ends connections.',
  })
  @ApiMayNotApply()
  changeHttpServer(
    @Param('index') index: string,
    @Body() changes: object,
    @Audited() audit: Audit,
    @Headers('if-match') ifMatch?: string,
  ): Promise<OkDto> {
    return this.settings.update(index, changes, { ifMatch, audit });
  }

  /** Remove an http server; the last one stays */
  @Delete('http/:index')
  @Admin()
  @ApiResponse({ status: 200, type: OkDto, description: 'It is removed.' })
  removeHttpServer(
    @Param('index') index: string,
    @Audited() audit: Audit,
    @Headers('if-match') ifMatch?: string,
  ): Promise<OkDto> {
    return this.settings.remove(index, { ifMatch, audit });
  }
}
