import { Type } from 'class-transformer';
import { ValidateNested } from 'class-validator';
import { ApiExtraModels, ApiProperty } from '../openapi/decorators.js';
import {
  Flag,
  IsBasePath,
  IsBindAddress,
  IsClientLimit,
  IsHostNames,
  IsId,
  IsName,
  IsNetworks,
  IsObject,
  IsOrigins,
  IsPasswordHash,
  IsSessionTimeout,
  IsTcpPort,
  IsText,
  IsTime,
  OneOf,
  Optional,
} from './rules.js';
import { SerialDto } from './serial.dto.js';
import {
  type AnyServerDto,
  ON_LIMIT,
  type OnLimit,
  SERVER_CLASSES,
  SERVER_LIST,
  SslDto,
} from './server.dto.js';

/** A serial device with its settings and the servers that lead to it. */
@ApiExtraModels(...Object.values(SERVER_CLASSES))
export class PortDto {
  /**
   * Names it in paths, logs and the console; without it there are its index and its device.
   * @example "router"
   */
  @Optional() @IsName() name?: string;
  /**
   * Clients at one time over all servers of the port; 0 for no limit.
   * @example 10
   */
  @Optional() @IsClientLimit() max_connections: number = 0;
  /**
   * What happens when a client comes over the limit of the port: it is refused, or the one that is here longest has
   * to go.
   * @example "kick-oldest"
   */
  @Optional() @OneOf<OnLimit>(ON_LIMIT) on_limit: OnLimit = 'reject';
  /** The device. */
  @IsObject() @ValidateNested() @Type(() => SerialDto) serial!: SerialDto;
  /** The ways in to the port. Each is checked by itself, so that a mistake takes out that one alone. */
  @ApiProperty(SERVER_LIST) servers?: AnyServerDto[];
}

/** An HTTP or HTTPS server for REST, WebSockets and the console. */
export class HttpDto {
  /**
   * Names it in logs and the console; without it there is its address.
   * @example "main"
   */
  @Optional() @IsName() name?: string;
  /**
   * IP address to bind, or a host name of this machine, of which the IPv4 address is taken where there is one; `::` serves
   * IPv4 and IPv6, an empty text all IPv4 addresses.
   * @example "0.0.0.0"
   */
  @Optional() @IsBindAddress() address: string = '127.0.0.1';
  /**
   * TCP port; 0 takes a free one, which the log and the status tell.
   * @example 443
   */
  @Optional() @IsTcpPort() port: number = 8080;
  /** With it, it is HTTPS: a certificate, and whether clients need one. */
  @Optional() @IsObject() @ValidateNested() @Type(() => SslDto) ssl?: SslDto;
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
  /**
   * Reverse proxies: what these addresses and networks say of a client in `X-Forwarded-…` counts.
   * @example ["127.0.0.1"]
   */
  @Optional() @IsNetworks() trusted_proxies?: string[];
  /**
   * The path that a reverse proxy serves this server below; the proxy may pass it on or take it off.
   * @example "/serial"
   */
  @Optional() @IsBasePath() base_path?: string;
  /**
   * Origins of other sites whose pages may use this server, as the header `Origin` has them: `app://dash`, `file://` and `null` too.
   * @example ["https://tools.example"]
   */
  @Optional() @IsOrigins() cors?: string[];
  /**
   * Names by which it may be called while there are no accounts, beside IP addresses, `localhost`, its own
   * address and the name of this machine.
   * @example ["serial.example"]
   */
  @Optional() @IsHostNames() hosts?: string[];
}

/** Somebody who can log in. */
export class UserDto {
  /**
   * The name to log in with, each once.
   * @example "admin"
   */
  @IsText() login!: string;
  /**
   * A hash, made by `ser2tcp --hash-password`, or one of the Python program (`sha256:…`), which the next login
   * replaces.
   */
  @IsPasswordHash() password!: string;
  /**
   * Whether the user may change settings, accounts and ports.
   * @example true
   */
  @Optional() @Flag() admin: boolean = false;
  /**
   * Seconds without a request after which a session of this user ends; 0 for never. Without it that of all users
   * counts.
   * @example 28800
   */
  @Optional() @IsSessionTimeout() session_timeout?: number;
}

/** An API token, for programs. */
export class TokenDto {
  /**
   * The token in clear, or `sha256:` and its SHA-256 in hex, as the server writes those that it makes.
   * @example "a-long-secret"
   */
  @IsText() token!: string;
  /**
   * Names it in lists and logs.
   * @example "monitoring"
   */
  @Optional() @IsName() name?: string;
  /**
   * Whether programs with this token may change settings, accounts and ports.
   * @example true
   */
  @Optional() @Flag() admin: boolean = false;
  /**
   * Names the token in paths and logs, where it must not stand itself; made from its hash where the file has none.
   * @example "9f2c51d07a3e"
   */
  @Optional() @IsId() id?: string;
  /**
   * How it begins, so that its owner recognises it; the server writes it.
   * @example "s2t_Zk3f"
   */
  @Optional() @IsName() hint?: string;
  /**
   * When it was made; the server writes it.
   * @example "2026-03-01T12:00:00Z"
   */
  @Optional() @IsTime() created?: string;
  /**
   * From when on it is worth nothing; without it that never comes.
   * @example "2027-03-01T00:00:00Z"
   */
  @Optional() @IsTime() expires?: string;
}

/** The file. Its lists are checked entry by entry (check.ts). */
export class RootDto {
  /** Serial ports, each with its device and its ways in. */
  @ApiProperty({ type: [PortDto] }) @Optional() ports?: PortDto[];
  /** Servers for REST, WebSockets and the console; without one there is no way in but those of the ports. */
  @ApiProperty({ type: [HttpDto] }) @Optional() http?: HttpDto[];
  /**
   * Who can log in. While there are neither users nor tokens, everybody who reaches an http server may do
   * everything.
   */
  @ApiProperty({ type: [UserDto] }) @Optional() users?: UserDto[];
  /** API tokens, for programs. */
  @ApiProperty({ type: [TokenDto] }) @Optional() tokens?: TokenDto[];
  /**
   * Seconds without a request after which a session ends, for users that have no time of their own; 0 for never.
   * @example 28800
   */
  @ApiProperty({ default: 3600 }) @Optional() @IsSessionTimeout() session_timeout?: number;
}
