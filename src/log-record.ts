import { Logger } from '@nestjs/common';

/** A message with fields for a log in JSON; as text it is what `toString` makes of it. */
export interface LogRecord {
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
  toString(): string;
}

export function isLogRecord(message: unknown): message is LogRecord {
  return typeof message === 'object' && message !== null && 'fields' in message && 'message' in message;
}

/** Where something happens, from the port to the client. */
export interface Place {
  readonly port?: string;
  /** The protocol of the server. */
  readonly server?: string;
  /** Where the server or http entry is: `127.0.0.1:10001`, the path of a socket, or `/ws/endpoint`. */
  readonly address?: string;
  /** The id of the connection. */
  readonly connection?: string;
  readonly client?: string;
  readonly http?: string;
}

/** A logger whose every line says where it comes from, in JSON as fields. */
export class PlaceLog extends Logger {
  /** @param several the port has other servers of this protocol: as text, the address tells them apart */
  constructor(
    private readonly place: Place,
    several = false,
  ) {
    const { port, server, address, connection, http } = place;
    const named = http && `http ${http}`;
    const where = several ? address : undefined;
    super([port, server, where, connection, named].filter((part) => part !== undefined).join(' '));
  }

  override log(message: string): void {
    super.log(this.#record(message));
  }

  override warn(message: string): void {
    super.warn(this.#record(message));
  }

  override error(message: string): void {
    super.error(this.#record(message));
  }

  override debug(message: string): void {
    super.debug(this.#record(message));
  }

  #record(message: string): LogRecord {
    return { message, fields: { ...this.place }, toString: () => message };
  }
}
