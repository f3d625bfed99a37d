import { Module } from '@nestjs/common';
import { DocumentController } from './document.controller.js';

/** The OpenAPI document of this server, and pages to read it. */
@Module({ controllers: [DocumentController] })
export class OpenApiModule {}
