import { Type } from 'class-transformer';
import { IsIn, ValidateBy, ValidateNested } from 'class-validator';
import { ApiProperty } from '../openapi/decorators.js';
import type { Signals } from '../protocol/codec.js';
import {
  Flag,
  IsBindAddress,
  IsCount,
  IsEndpoint,
  IsNetworks,
  IsObject,
  IsPositiveCount,
  IsSeconds,
  IsSecondsOrOff,
  IsFileMode,
  IsOwner,
  IsTcpPort,
  IsText,
  OneOf,
  Optional,
} from './rules.js';

export type Protocol = 'tcp' | 'telnet' | 'ssl' | 'websocket' | 'socket';
export const SIGNALS = ['rts', 'dtr', 'cts', 'dsr', 'ri', 'cd'] as const satisfies readonly (keyof Signals)[];

export type OnLimit = 'reject' | 'kick-oldest';
export const ON_LIMIT = { reject: 'reject', 'kick-oldest': 'kick-oldest' } as const;

/** Seconds that a client may take to accept its bytes before it is disconnected. */
export const SEND_TIMEOUT_SECONDS = 5;

/** What a client may do with the modem lines, and which of them it is told about. */
export class ControlDto {
  /** The client may set RTS. */
  @Optional() @Flag() rts: boolean = false;
  /** The client may set DTR. */
  @Optional() @Flag() dtr: boolean = false;
  /** The lines that are reported. */
  @Optional()
  @ApiProperty({ type: 'array', items: { type: 'string', enum: SIGNALS } })
  @ValidateBy({
    name: 'isSignals',
    validator: {
      validate: (value: unknown) =>
        Array.isArray(value) && value.every((line) => SIGNALS.some((signal) => signal === line)),
      defaultMessage: () => `must be a list of ${SIGNALS.join(', ')}`,
    },
  })
  signals: (keyof Signals)[] = [];
  /** Seconds between two looks at the lines while a client wants to know of them. */
  @Optional() @IsSeconds() poll_interval: number = 0.1;
}

/** Certificate files in PEM form; relative paths are relative to the working directory. */
export class SslDto {
  /** The certificate, and those between it and the authority. */
  @IsText() certfile!: string;
  /** Its private key, without a passphrase. */
  @IsText() keyfile!: string;
  /** With it, a client must show a certificate that this authority signed. */
  @Optional() @IsText() ca_certs?: string;
}

/** One way in to a port: what all of them have in common. */
export abstract class ServerDto {
  /** What kind of server it is. */
  @OneOf<Protocol>({ tcp: 'tcp', telnet: 'telnet', ssl: 'ssl', websocket: 'websocket', socket: 'socket' })
  protocol!: Protocol;
  /** Whether serial data is forwarded; false makes it a server for the modem lines only. */
  @Optional() @Flag() data: boolean = true;
  /** The modem lines; without it there are none. */
  @Optional() @IsObject() @ValidateNested() @Type(() => ControlDto) control?: ControlDto;
  /** Seconds in which a client must accept its bytes, else it is disconnected. */
  @ApiProperty({ default: SEND_TIMEOUT_SECONDS })
  @Optional()
  @IsSeconds()
  send_timeout: number = SEND_TIMEOUT_SECONDS;
  /** Bytes that may wait for one client before it is disconnected; null for no limit. */
  @Optional() @IsPositiveCount() buffer_limit: number | null = null;
  /** Clients at one time; 0 for no limit. */
  @Optional() @IsCount() max_connections: number = 0;
  /** What happens when a client comes over the limit: it is refused, or the one that is here longest has to go. */
  @Optional() @OneOf<OnLimit>(ON_LIMIT) on_limit: OnLimit = 'reject';
  /** Seconds without a byte either way after which a client is disconnected; 0 for never. */
  @Optional() @IsSecondsOrOff() idle_timeout: number = 0;
}

/** A server with an address of its own that a filter can look at. */
export abstract class NetworkServerDto extends ServerDto {
  /** IP address to bind, or a host name of this machine; `::` serves IPv4 and IPv6. */
  @IsBindAddress() address!: string;
  /** TCP port; 0 takes a free one. */
  @IsTcpPort() port!: number;
  /** Addresses and networks that may connect; without it everyone who is not denied. */
  @Optional() @IsNetworks() allow?: string[];
  /** Addresses and networks that may not; it comes before `allow`. */
  @Optional() @IsNetworks() deny?: string[];
}

/** Raw bytes over TCP. */
export class TcpServerDto extends NetworkServerDto {}
/** A terminal for telnet clients. */
export class TelnetServerDto extends NetworkServerDto {
  /** Telnet has no place for it. */
  @ApiProperty({ type: 'null', nullable: false })
  @ValidateBy({
    name: 'noControl',
    validator: {
      validate: (value) => value === undefined,
      defaultMessage: () => 'is not available on a telnet server',
    },
  })
  declare control?: undefined;
}
/** Raw bytes over TLS. */
export class SslServerDto extends NetworkServerDto {
  /** Its certificate. */
  @IsObject() @ValidateNested() @Type(() => SslDto) ssl!: SslDto;
}
/** Raw bytes over a Unix domain socket. */
export class SocketServerDto extends ServerDto {
  /** Path of the Unix domain socket. */
  @IsText() address!: string;
  /** Permission bits in octal, as in "660"; as the system makes it unless given. */
  @Optional() @IsFileMode() mode?: string;
  /** User that owns the socket, by name or number. */
  @Optional() @IsOwner() owner?: string | number;
  /** Group that owns the socket, by name or number. */
  @Optional() @IsOwner() group?: string | number;
}
/** Bytes and signals over WebSocket, at every http server. */
export class WebSocketServerDto extends ServerDto {
  /** The name in `/ws/<endpoint>`. */
  @IsEndpoint() endpoint!: string;
  /** A token of this server's own, beside sessions and API tokens. */
  @Optional() @IsText() token?: string;
  /** Addresses and networks that may connect; without it everyone who is not denied. */
  @Optional() @IsNetworks() allow?: string[];
  /** Addresses and networks that may not; it comes before `allow`. */
  @Optional() @IsNetworks() deny?: string[];
}

/** For an entry whose protocol nobody knows: says so. */
export class UnknownServerDto {
  @IsIn(['tcp', 'telnet', 'ssl', 'websocket', 'socket'], {
    message: 'must be one of tcp, telnet, ssl, websocket, socket',
  })
  protocol!: string;
}

export type AnyServerDto =
  TcpServerDto | TelnetServerDto | SslServerDto | SocketServerDto | WebSocketServerDto;
export const SERVER_CLASSES = {
  tcp: TcpServerDto,
  telnet: TelnetServerDto,
  ssl: SslServerDto,
  websocket: WebSocketServerDto,
  socket: SocketServerDto,
} as const satisfies Record<Protocol, new () => ServerDto>;

for (const [protocol, cls] of Object.entries(SERVER_CLASSES))
  ApiProperty({ type: 'string', enum: [protocol] })(cls.prototype, 'protocol');

const schemaOf = (cls: new () => ServerDto) => `#/components/schemas/${cls.name}`;
const protocols = Object.entries(SERVER_CLASSES);
/** A list of servers, each of the class that its protocol names. */
export const SERVER_LIST = {
  type: 'array',
  required: false,
  nullable: true,
  items: {
    oneOf: protocols.map(([, cls]) => ({ $ref: schemaOf(cls) })),
    discriminator: {
      propertyName: 'protocol',
      mapping: Object.fromEntries(protocols.map(([protocol, cls]) => [protocol, schemaOf(cls)])),
    },
  },
};
