import { Body, Controller, Delete, Get, Param, Post, Put, UseGuards } from '@nestjs/common';
import { ApiErrors, ApiTags } from '../openapi/decorators.js';
import { NewUserDto, UserAddedDto, UserChangesDto, UserViewDto } from './auth.dto.js';
import type { Caller } from './caller.js';
import { Admin, type Audit, Audited, From } from './decorators.js';
import { UserKnown } from './known.guard.js';
import { UsersService } from './users.service.js';
import { OkDto } from '../ok.dto.js';

@Controller('api/users')
@Admin()
@ApiTags('users')
export class UsersController {
  constructor(private readonly users: UsersService) {}

  /** All users, never with a password. */
  @Get()
  list(): UserViewDto[] {
    return this.users.list();
  }

  /** Add a user. The first one becomes administrator, and the answer has the token of a session. */
  @Post()
  @ApiErrors({ 503: 'Too many passwords are being hashed.' })
  add(@Body() body: NewUserDto, @From() caller: Caller, @Audited() audit: Audit): Promise<UserAddedDto> {
    return this.users.add(body, caller, audit);
  }

  /** Change a user. His sessions end with a new password, and when he is no longer administrator. */
  @Put(':login')
  @UseGuards(UserKnown)
  @ApiErrors({ 503: 'Too many passwords are being hashed.' })
  change(
    @Param('login') login: string,
    @Body() body: UserChangesDto,
    @From() caller: Caller,
    @Audited() audit: Audit,
  ): Promise<OkDto> {
    return this.users.change(login, body, caller, audit);
  }

  /** Delete a user and end his sessions. The last administrator stays. */
  @Delete(':login')
  @UseGuards(UserKnown)
  remove(@Param('login') login: string, @From() caller: Caller, @Audited() audit: Audit): Promise<OkDto> {
    return this.users.remove(login, caller, audit);
  }
}
