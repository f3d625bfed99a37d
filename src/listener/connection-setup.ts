import type { Logger } from '@nestjs/common';
import type { Duplex } from 'node:stream';
import type { ControlDto } from '../config/server.dto.js';
import type { DropCause } from '../net/client-counts.js';
import type { ClientAddress } from '../net/net-server.js';
import type { Codec } from '../protocol/codec.js';
import type { SerialPort } from '../serial/serial-port.js';
import type { OutboxLimits } from './outbox.js';

/** What a server's settings say of its clients. */
export interface ConnectionSettings extends OutboxLimits {
  /** Whether it gets the device's data. */
  readonly data: boolean;
  /** Seconds without a byte either way after which the client has to go; 0 for never. */
  readonly idle_timeout: number;
  readonly control?: ControlDto | undefined;
}

/** What a connection is made of, and who is told of its end. */
export interface ConnectionSetup {
  readonly stream: Duplex;
  readonly from: ClientAddress;
  readonly codec: Codec;
  readonly settings: ConnectionSettings;
  readonly port: SerialPort;
  /** As its server and port are called now. */
  readonly log: () => Logger;
  /** The client does something. */
  readonly active?: (() => void) | undefined;
  /** The port let it in. */
  joined(): void;
  /** The port did not take it; it is closed. */
  refused(reason: string): void;
  /** It did not keep up; it is closed. */
  dropped(cause: DropCause): void;
  /** Called once, when nothing is left of the connection. */
  closed(): void;
}
