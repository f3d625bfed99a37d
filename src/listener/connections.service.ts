import { Injectable } from '@nestjs/common';
import type { Audit } from '../auth/decorators.js';
import { ConfigService } from '../config/config.service.js';
import { portIndex } from '../config/find-port.js';
import { AppError } from '../errors.js';
import { OK, type OkDto } from '../ok.dto.js';
import { SerialService } from '../serial/serial.service.js';
import { ListenerService } from './listener.service.js';

/** The connected clients, by the place that the status lists them at. */
@Injectable()
export class ConnectionsService {
  constructor(
    private readonly config: ConfigService,
    private readonly ports: SerialService,
    private readonly listeners: ListenerService,
  ) {}

  /**
   * Disconnects a client; what it was sent before still goes out.
   * @param connection its index, or its id such as `c17`, which never means another client
   * @throws NoSuchPort, AppError 404
   */
  disconnect(key: string, server: string, connection: string, audit: Audit): OkDto {
    const port = this.ports.slots[portIndex(this.config.current.document.ports, key)]?.port;
    const at = port && this.listeners.servers(port)[indexIn(server)];
    const connections = at?.connections ?? [];
    const client = connections[indexIn(connection)] ?? connections.find(({ id }) => id === connection);
    if (!client)
      throw new AppError('NO_SUCH_CONNECTION', 404, 'There is no such connection; it may have ended');
    client.dismiss('it was disconnected by hand', 'policy');
    audit('client disconnected', {
      port: port?.label,
      server: at?.protocol,
      address: at?.where,
      server_index: indexIn(server),
      connection: client.id,
      disconnected: client.name,
    });
    return OK;
  }
}

/** A list has nothing at NaN. */
const indexIn = (text: string) => (/^\d+$/.test(text) ? Number(text) : NaN);
