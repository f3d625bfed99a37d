import { Module } from '@nestjs/common';
import { AccountsService } from './accounts.service.js';

/** Accounts, sessions and API tokens. */
@Module({ providers: [AccountsService], exports: [AccountsService] })
export class AuthModule {}
