import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { TcpServerDto } from '../../src/config/server.dto.js';
import { Ended } from '../../src/errors.js';
import type { Listener } from '../../src/listener/listener.js';
import { Server } from '../../src/listener/server.js';
import { TlsListener } from '../../src/listener/tls.listener.js';
import { SerialPort } from '../../src/serial/serial-port.js';
import { GATE } from '../support/gate.js';
import { RecordingLog } from '../support/log.js';

const never = () => new Promise<never>(() => {});

/** Begins to listen for ever, whatever it is told. */
const deaf: Listener = { where: 'nowhere', open: never, close: () => Promise.resolve() };

describe('a server that begins to listen for more than 10 s', () => {
  let log: RecordingLog;
  let server: Server;

  beforeEach(() => {
    log = new RecordingLog();
    Logger.overrideLogger(log);
    jest.useFakeTimers();
    const setup = { label: 'port', serial: { port: 'loop://' }, max_connections: 0, on_limit: 'reject' };
    const port = new SerialPort(setup as never, never, never);
    const settings = plainToInstance(TcpServerDto, { protocol: 'tcp', address: '127.0.0.1', port: 0 });
    server = new Server(settings, port, () => deaf);
  });
  afterEach(() => void jest.useRealTimers());

  it('is not waited for, and named', async () => {
    const started = server.start();
    await jest.advanceTimersByTimeAsync(10_000);
    await started;
    expect(log.lines.join()).toMatch(/WARNING .* It does not listen yet: .* certificate files; the others/);
    expect(server.trouble).toMatch(/^It does not listen yet/);
  });

  it('is not named when it was closed meanwhile', async () => {
    const started = server.start();
    await server.close();
    await jest.advanceTimersByTimeAsync(10_000);
    await started;
    expect([log.lines, server.trouble]).toEqual([[], '']);
  });
});

describe('a TLS server that is given up while its files are read', () => {
  it('hears it at once', async () => {
    const end = new AbortController();
    const nowhere = { certfile: '/nowhere/certificate', keyfile: '/nowhere/key' };
    const opened = new TlsListener({ host: '127.0.0.1', port: 0 }, nowhere).open(GATE, end.signal);
    end.abort();
    await expect(opened).rejects.toThrow(Ended);
  });
});
