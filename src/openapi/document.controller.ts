import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Public } from '../auth/decorators.js';
import { ApiErrors, ApiExcludeEndpoint, ApiOperation, ApiResponse, ApiTags } from './decorators.js';
import { documentFor, sendPage } from './document.js';

const anyText = (type: string) => ({ [type]: { schema: { type: 'string' } } });

@ApiTags('document')
@Controller('api')
export class DocumentController {
  /** This document */
  @ApiOperation({ operationId: 'getDocument' })
  @ApiResponse({
    status: 200,
    description: 'The OpenAPI 3.1 document; `servers` has the path that this server is reached at.',
    content: { 'application/json': { schema: { type: 'object' } } },
  })
  @Get('openapi.json')
  document(@Req() request: Request): Promise<object> {
    return documentFor(request);
  }

  /** Pages to read this document and to try it out */
  @Public()
  @ApiOperation({
    operationId: 'getDocs',
    description:
      'Swagger UI. The page itself says nothing of this server; it fetches the document, and asks to log in for that.',
  })
  @ApiResponse({ status: 200, description: 'The page.', content: anyText('text/html') })
  @Get('docs')
  docs(@Req() request: Request, @Res() response: Response): void {
    sendPage(request, response);
  }

  /** A file of the page */
  @Public()
  @ApiExcludeEndpoint()
  @ApiErrors({ 404: 'There is no such file.' })
  @Get('docs/:file')
  file(@Req() request: Request, @Res() response: Response, @Param('file') file: string): void {
    sendPage(request, response, file);
  }
}
