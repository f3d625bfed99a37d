import { Body, Controller, Delete, Get, Param, Post, Put, UseGuards } from '@nestjs/common';
import { ApiParam, ApiTags } from '../openapi/decorators.js';
import { NewTokenDto, TokenAddedDto, TokenChangesDto, TokenViewDto } from './auth.dto.js';
import type { Caller } from './caller.js';
import { Admin, type Audit, Audited, From } from './decorators.js';
import { TokenKnown } from './known.guard.js';
import { TokensService } from './tokens.service.js';
import { OkDto } from '../ok.dto.js';

const TOKEN = { name: 'token', description: 'The id of the token, or the token itself.' };

@Controller('api/tokens')
@Admin()
@ApiTags('tokens')
export class TokensController {
  constructor(private readonly tokens: TokensService) {}

  /** All API tokens; in full only those that stand in the file in clear. */
  @Get()
  list(): TokenViewDto[] {
    return this.tokens.list();
  }

  /** Add an API token. This answer is the only one that shows it. */
  @Post()
  add(@Body() body: NewTokenDto, @From() caller: Caller, @Audited() audit: Audit): Promise<TokenAddedDto> {
    return this.tokens.add(body, caller, audit);
  }

  /** Change an API token, or put another in its place. */
  @Put(':token')
  @ApiParam(TOKEN)
  @UseGuards(TokenKnown)
  change(
    @Param('token') token: string,
    @Body() body: TokenChangesDto,
    @From() caller: Caller,
    @Audited() audit: Audit,
  ): Promise<OkDto> {
    return this.tokens.change(token, body, caller, audit);
  }

  /** Delete an API token, which ends what it has opened. The last administrator stays. */
  @Delete(':token')
  @ApiParam(TOKEN)
  @UseGuards(TokenKnown)
  remove(@Param('token') token: string, @From() caller: Caller, @Audited() audit: Audit): Promise<OkDto> {
    return this.tokens.remove(token, caller, audit);
  }
}
