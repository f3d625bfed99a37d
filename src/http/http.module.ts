import { Module } from '@nestjs/common';
import { Console } from './console.js';
import { HttpService } from './http.service.js';

/** The http servers, and what every request goes through. */
@Module({ providers: [HttpService, Console], exports: [HttpService] })
export class HttpModule {}
