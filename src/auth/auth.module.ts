import { Module } from '@nestjs/common';
import { AccountChanges } from './account-changes.js';
import { AccountsService } from './accounts.service.js';
import { ApiTokens } from './api-tokens.js';
import { BearerStrategy } from './bearer.strategy.js';
import { CredentialLimits } from './credential-limits.js';
import { Hashing } from './hashing.js';
import { LoginController } from './login.controller.js';
import { LoginLimits } from './login-limits.js';
import { LoginService } from './login.service.js';
import { Sessions } from './sessions.js';
import { StateFile } from './state-file.js';
import { TokensController } from './tokens.controller.js';
import { TokensService } from './tokens.service.js';
import { UsersController } from './users.controller.js';
import { UsersService } from './users.service.js';

/** Accounts, sessions and API tokens. */
@Module({
  controllers: [LoginController, UsersController, TokensController],
  providers: [
    AccountChanges,
    AccountsService,
    ApiTokens,
    BearerStrategy,
    CredentialLimits,
    Hashing,
    LoginLimits,
    LoginService,
    Sessions,
    StateFile,
    TokensService,
    UsersService,
  ],
  exports: [AccountsService, BearerStrategy, CredentialLimits, StateFile],
})
export class AuthModule {}
