import { DynamicModule, Global, Module } from '@nestjs/common';
import type { Config } from './config.js';
import { ConfigFile } from './config-file.js';
import { ConfigReload } from './config-reload.js';
import { ConfigService } from './config.service.js';

@Global()
@Module({})
export class ConfigModule {
  /** The file was read before anything else was made: a program with a bad one never gets here. */
  static with(file: ConfigFile, initial: Config): DynamicModule {
    return {
      module: ConfigModule,
      providers: [
        { provide: ConfigFile, useValue: file },
        { provide: ConfigService, useValue: new ConfigService(file, initial) },
        ConfigReload,
      ],
      exports: [ConfigService, ConfigReload],
    };
  }
}
