import { Type } from 'class-transformer';
import { IsIn, ValidateBy, ValidateNested } from 'class-validator';
import { ApiProperty } from '../openapi/decorators.js';
import type { Signals } from '../protocol/codec.js';
import {
  Flag,
  IsBindAddress,
  IsClientLimit,
  IsCount,
  IsEndpoint,
  IsNetworks,
  IsObject,
  IsSeconds,
  IsSecondsOrOff,
  IsFileMode,
  IsOwner,
  IsTcpPort,
  IsText,
  OneOf,
  Optional,
  SmallLetters,
  ZeroIsNone,
} from './rules.js';

export type Protocol = 'tcp' | 'telnet' | 'ssl' | 'websocket' | 'socket';
export const SIGNALS = ['rts', 'dtr', 'cts', 'dsr', 'ri', 'cd'] as const satisfies readonly (keyof Signals)[];

export type OnLimit = 'reject' | 'kick-oldest';
export const ON_LIMIT = { reject: 'reject', 'kick-oldest': 'kick-oldest' } as const;

/** Seconds that a client may take to accept its bytes before it is disconnected. */
export const SEND_TIMEOUT_SECONDS = 5;

/** What a client may do with the modem lines, and which of them it is told about. */
export class ControlDto {
  /**
   * Whether clients may set RTS.
   * @example true
   */
  @Optional() @Flag() rts: boolean = false;
  /**
   * Whether clients may set DTR.
   * @example true
   */
  @Optional() @Flag() dtr: boolean = false;
  /**
   * The lines that are reported.
   * @example ["cts", "dsr", "cd"]
   */
  @Optional()
  @SmallLetters()
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
  /**
   * Seconds between two looks at the lines while a client wants to know of them.
   * @example 0.05
   */
  @Optional() @IsSeconds() poll_interval: number = 0.1;
}

/** Certificate files in PEM form. Relative paths are relative to the working directory. */
export class SslDto {
  /**
   * The certificate, followed by those between it and the authority.
   * @example "/etc/ser2tcp/server.crt"
   */
  @IsText() certfile!: string;
  /**
   * Its private key, without a passphrase.
   * @example "/etc/ser2tcp/server.key"
   */
  @IsText() keyfile!: string;
  /**
   * With it, a client must show a certificate that this authority signed (mTLS).
   * @example "/etc/ser2tcp/ca.crt"
   */
  @Optional() @IsText() ca_certs?: string;
}

/** One way in to a port: what all of them have in common. */
export abstract class ServerDto {
  /** What kind of server it is. */
  @OneOf<Protocol>({ tcp: 'tcp', telnet: 'telnet', ssl: 'ssl', websocket: 'websocket', socket: 'socket' })
  protocol!: Protocol;
  /**
   * Whether serial data is forwarded; `false` makes it a server for the modem lines only, and needs `control`.
   * @example false
   */
  @Optional() @Flag() data: boolean = true;
  /** What clients may do with the modem lines; without it, or when it is empty, nothing. */
  @Optional() @IsObject() @ValidateNested() @Type(() => ControlDto) control?: ControlDto;
  /**
   * Seconds in which a client must accept its bytes, else it is disconnected.
   * @example 30
   */
  @ApiProperty({ default: SEND_TIMEOUT_SECONDS })
  @Optional()
  @IsSeconds()
  send_timeout: number = SEND_TIMEOUT_SECONDS;
  /**
   * Bytes that may wait for one client before it is disconnected; null or 0 for no limit.
   * @example 65536
   */
  @Optional() @ZeroIsNone() @IsCount() buffer_limit: number | null = null;
  /**
   * Clients at one time; 0 for no limit.
   * @example 5
   */
  @Optional() @IsClientLimit() max_connections: number = 0;
  /**
   * What happens when a client comes over the limit: it is refused, or the one that is here longest has to go.
   * @example "kick-oldest"
   */
  @Optional() @OneOf<OnLimit>(ON_LIMIT) on_limit: OnLimit = 'reject';
  /**
   * Seconds without a byte either way after which a client is disconnected; 0 for never.
   * @example 600
   */
  @Optional() @IsSecondsOrOff() idle_timeout: number = 0;
}

/** A server with an address of its own that a filter can look at. */
export abstract class NetworkServerDto extends ServerDto {
  /**
   * IP address to bind, or a host name of this machine, of which the IPv4 address is taken where there is one; `::` serves
   * IPv4 and IPv6, an empty text all IPv4 addresses.
   * @example "0.0.0.0"
   */
  @IsBindAddress() address!: string;
  /**
   * TCP port; 0 takes a free one, which the log and the status tell.
   * @example 10001
   */
  @IsTcpPort() port!: number;
  /**
   * Addresses and networks that may connect; without it everyone who is not denied.
   * @example ["192.168.1.0/24", "10.0.0.5"]
   */
  @Optional() @IsNetworks() allow?: string[];
  /**
   * Addresses and networks that may not; it comes before `allow`.
   * @example ["192.168.1.100"]
   */
  @Optional() @IsNetworks() deny?: string[];
}

/** The bytes as they are, over TCP. */
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
/** The bytes as they are, over TLS. */
export class SslServerDto extends NetworkServerDto {
  /** Its certificate, and whether clients need one. */
  @IsObject() @ValidateNested() @Type(() => SslDto) ssl!: SslDto;
}
/** The bytes as they are, over a Unix domain socket. */
export class SocketServerDto extends ServerDto {
  /**
   * Path of the Unix domain socket; a relative one is relative to the working directory.
   * @example "/run/ser2tcp/router.sock"
   */
  @IsText() address!: string;
  /**
   * Permission bits of the socket, in octal; without it those of the umask.
   * @example "660"
   */
  @Optional() @IsFileMode() mode?: string;
  /**
   * User that owns the socket, by name or number; without it the one that runs ser2tcp.
   * @example "root"
   */
  @Optional() @IsOwner() owner?: string | number;
  /**
   * Group that owns the socket, by name or number, as for `owner`.
   * @example "dialout"
   */
  @Optional() @IsOwner() group?: string | number;
}
/** Bytes and signals over WebSocket, at every http server. */
export class WebSocketServerDto extends ServerDto {
  /**
   * The name in `/ws/<endpoint>`, each once; not below `monitor/`, where the monitors are.
   * @example "router"
   */
  @IsEndpoint() endpoint!: string;
  /**
   * A token that lets in at this endpoint alone, beside sessions and API tokens; it is asked for also while there
   * are no accounts.
   * @example "a-long-secret"
   */
  @Optional() @IsText() token?: string;
  /**
   * Addresses and networks that may connect; without it everyone who is not denied.
   * @example ["192.168.1.0/24", "10.0.0.5"]
   */
  @Optional() @IsNetworks() allow?: string[];
  /**
   * Addresses and networks that may not; it comes before `allow`.
   * @example ["192.168.1.100"]
   */
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
