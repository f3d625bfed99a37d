import { Module } from '@nestjs/common';

/** Accounts, sessions and API tokens. */
@Module({})
export class AuthModule {}
