import { Module } from '@nestjs/common';
import { HttpService } from './http.service.js';

/** The http servers, and what every request goes through. */
@Module({ providers: [HttpService], exports: [HttpService] })
export class HttpModule {}
