import { Type } from 'class-transformer';
import { ValidateNested } from 'class-validator';
import { ApiExtraModels, ApiProperty } from '../openapi/decorators.js';
import {
  Flag,
  IsBasePath,
  IsBindAddress,
  IsCount,
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
  /** Names it in paths, logs and the console. */
  @Optional() @IsName() name?: string;
  /** Clients at one time over all servers of the port; 0 for no limit. */
  @Optional() @IsCount() max_connections: number = 0;
  /** What happens when a client comes over the limit of the port. */
  @Optional() @OneOf<OnLimit>(ON_LIMIT) on_limit: OnLimit = 'reject';
  /** The device. */
  @IsObject() @ValidateNested() @Type(() => SerialDto) serial!: SerialDto;
  /** The ways in to the port. Each is checked by itself (check.ts), so that a mistake takes out that one alone. */
  @ApiProperty(SERVER_LIST) servers?: AnyServerDto[];
}

/** An HTTP or HTTPS server for REST, WebSockets and the console. */
export class HttpDto {
  /** Names it in logs and the console. */
  @Optional() @IsName() name?: string;
  /** IP address to bind, or a host name of this machine; `::` serves IPv4 and IPv6. */
  @Optional() @IsBindAddress() address: string = '127.0.0.1';
  /** TCP port; 0 takes a free one. */
  @IsTcpPort() port!: number;
  /** With it, it is HTTPS. */
  @Optional() @IsObject() @ValidateNested() @Type(() => SslDto) ssl?: SslDto;
  /** Addresses and networks that may connect; without it everyone who is not denied. */
  @Optional() @IsNetworks() allow?: string[];
  /** Addresses and networks that may not; it comes before `allow`. */
  @Optional() @IsNetworks() deny?: string[];
  /** Reverse proxies: what these addresses and networks say of a client in X-Forwarded-… counts. */
  @Optional() @IsNetworks() trusted_proxies?: string[];
  /** Where a reverse proxy serves this server; it may pass the path on with or without it. */
  @Optional() @IsBasePath() base_path?: string;
  /** Origins of other sites whose pages may use this server. */
  @Optional() @IsOrigins() cors?: string[];
  /** Names by which it may be called while no account exists, beside IP addresses, localhost and its own address. */
  @Optional() @IsHostNames() hosts?: string[];
}

/** Somebody who can log in. */
export class UserDto {
  @IsText() login!: string;
  @IsPasswordHash() password!: string;
  @Optional() @Flag() admin: boolean = false;
  /** Seconds without a request after which a session of this user ends; 0 for never. */
  @Optional() @IsSessionTimeout() session_timeout?: number;
}

/** An API token, for programs. */
export class TokenDto {
  /** In clear, as somebody wrote it into the file, or `sha256:` and the hash of one that was shown once. */
  @IsText() token!: string;
  @Optional() @IsName() name?: string;
  @Optional() @Flag() admin: boolean = false;
  /** Names the token in paths and logs; made from its hash where the file has none. */
  @Optional() @IsId() id?: string;
  /** How it begins, so that its owner recognises it. */
  @Optional() @IsName() hint?: string;
  @Optional() @IsTime() created?: string;
  /** From when on it is worth nothing. */
  @Optional() @IsTime() expires?: string;
}

/** What stands at the root of the file beside the lists. */
export class RootDto {
  /** Seconds without a request after which a session ends; 0 for never. */
  @Optional() @IsSessionTimeout() session_timeout?: number;
}
