import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { HttpDto } from '../../src/config/config.dto.js';
import { HttpServer } from '../../src/http/http-server.js';
import { type Certificates, makeCertificates } from '../support/certificates.js';
import { closeClients, connectTcp } from '../support/client.js';
import { rawRequest, readAnswer } from '../support/http.js';
import { describeWith } from '../support/needs.js';

describeWith(['openssl'], 'An http server whose TLS changes while it begins to listen', () => {
  let made: Certificates;
  let server: HttpServer;

  beforeAll(async () => {
    Logger.overrideLogger(false);
    made = await makeCertificates();
  });
  afterAll(() => made.remove());
  afterEach(async () => {
    closeClients();
    await server.close(0);
  });

  const settings = (more: object = {}) =>
    plainToInstance(HttpDto, { address: '127.0.0.1', port: 0, ...more });
  const begin = (more: object = {}) => {
    server = new HttpServer(settings(more), {
      request: (_request, response) => void response.end('here'),
      upgrade: (_request, socket) => void socket.destroy(),
      open: () => true,
    });
    return server.start();
  };

  async function answersInPlainText(): Promise<boolean> {
    const client = await connectTcp(Number(server.where?.split(':')[1]));
    client.socket.write(rawRequest('GET /', { Connection: 'close' }));
    return readAnswer(client).then(
      ({ status }) => status === 200,
      () => false,
    );
  }

  it('serves what it was changed to, when it has begun with what was before', async () => {
    const started = begin({ ssl: made.server });
    const change = await server.update(settings());
    await started;
    await change.settle();
    expect(await answersInPlainText()).toBe(true);
  });

  it('serves what was before, when it has begun with a change that is taken back', async () => {
    const started = begin({ ssl: made.server });
    const change = await server.update(settings());
    // As it does by itself when it tries again.
    await server.open();
    await started;
    expect(await answersInPlainText()).toBe(true);
    await change.undo();
    expect(await answersInPlainText()).toBe(false);
  });

  it('stays closed when it was closed meanwhile', async () => {
    const started = begin({ ssl: made.server });
    const change = await server.update(settings());
    await server.close(0);
    await started;
    await change.settle();
    expect(server.where).toBeUndefined();
  });
});
