import { Body, Controller, HttpCode, Post, Req, UseGuards } from '@nestjs/common';
import type { Request } from 'express';
import { ApiErrors, ApiOperation, ApiTags } from '../openapi/decorators.js';
import { LoginDto, SessionDto } from './auth.dto.js';
import type { Caller } from './caller.js';
import { From, Public } from './decorators.js';
import { AccountsExist } from './known.guard.js';
import { LoginService } from './login.service.js';
import { OkDto } from '../ok.dto.js';

@Controller('api')
@Public()
@UseGuards(AccountsExist)
@ApiTags('session')
export class LoginController {
  constructor(private readonly logins: LoginService) {}

  /** Log in. After several failures an address, or a user from that address, has to wait. */
  @Post('login')
  @HttpCode(200)
  @ApiErrors({
    401: 'Login or password is wrong.',
    404: 'There are no accounts, so nobody needs to log in.',
    429: 'Too many failed logins, or too many at a time.',
    503: 'Too many passwords are being checked.',
  })
  login(@Body() body: LoginDto, @Req() request: Request): Promise<SessionDto> {
    return this.logins.login(body, request);
  }

  /** End the session whose token is sent; done also without one. */
  @Post('logout')
  @HttpCode(200)
  @ApiOperation({ security: [{}, { bearer: [] }, { token: [] }] })
  @ApiErrors({ 404: 'There are no accounts, so nobody is logged in.' })
  logout(@From() caller: Caller, @Req() request: Request): OkDto {
    return this.logins.logout(caller, request);
  }
}
