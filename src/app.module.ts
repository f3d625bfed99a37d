import { DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { AuthGuard } from './auth/auth.guard.js';
import { AuthModule } from './auth/auth.module.js';
import type { Config } from './config/config.js';
import type { ConfigFile } from './config/config-file.js';
import { ConfigModule } from './config/config.module.js';
import { BodyPipe, BodyReader } from './http/body.js';
import { ErrorFilter } from './http/error.filter.js';
import { HttpModule } from './http/http.module.js';
import { Life } from './life.js';
import { ListenerModule } from './listener/listener.module.js';
import { OpenApiModule } from './openapi/openapi.module.js';
import { SerialModule } from './serial/serial.module.js';
import { StatusModule } from './status/status.module.js';

@Module({})
export class AppModule {
  static with(file: ConfigFile, initial: Config): DynamicModule {
    return {
      module: AppModule,
      providers: [
        Life,
        { provide: APP_GUARD, useClass: AuthGuard },
        { provide: APP_FILTER, useClass: ErrorFilter },
        { provide: APP_INTERCEPTOR, useClass: BodyReader },
        { provide: APP_PIPE, useClass: BodyPipe },
      ],
      imports: [
        ConfigModule.with(file, initial),
        SerialModule,
        ListenerModule,
        AuthModule,
        StatusModule,
        HttpModule,
        OpenApiModule,
      ],
    };
  }
}
