import { EmptyIsNone, IsText, Optional } from '../config/rules.js';
import { ApiCount, ApiProperty } from '../openapi/decorators.js';
import type { Bytesize, MatchDto, Parity, Stopbits } from '../config/serial.dto.js';
import type { TroubleCode } from '../serial/device-trouble.js';
import type { ControlDto } from '../config/server.dto.js';

/** The modem lines of a device; true is asserted. */
export class SignalsDto {
  /** Request to send, set here. */
  rts!: boolean;
  /** Data terminal ready, set here. */
  dtr!: boolean;
  /** Clear to send. */
  cts!: boolean;
  /** Data set ready. */
  dsr!: boolean;
  /** Ring indicator. */
  ri!: boolean;
  /** Carrier detect. */
  cd!: boolean;
}

/** A connected client. */
export class ConnectionStatusDto {
  /** Unique while the program runs, such as `c17`. */
  id!: string;
  /**
   * Where it comes from: `127.0.0.1:50312`, `[::1]:50312`, or what a Unix socket tells. Behind a trusted proxy it mostly has no
   * port, which `X-Forwarded-For` does not tell: `203.0.113.7`, `2001:db8::7`.
   */
  address!: string;
  /** Its login, API token's name or certificate; absent where none was asked for. */
  user?: string;
  /** When it came, as an ISO 8601 time. */
  @ApiProperty({ format: 'date-time' }) since!: string;
  /** Bytes that came from it, those of its protocol included. */
  @ApiCount() bytes_in!: number;
  /** Bytes that were sent to it, those of its protocol included. */
  @ApiCount() bytes_out!: number;
  /** Bytes that it was sent and has not taken yet. */
  @ApiCount() queue!: number;
}

/** Certificate files, without the key's. */
export class SslStatusDto {
  certfile!: string;
  ca_certs?: string;
}

/** A configured way in to a port. */
export class ServerStatusDto {
  /** In capitals: TCP, TELNET, SSL, WEBSOCKET or SOCKET. */
  protocol!: string;
  /** As configured: an IP address or host name, or the path of a Unix socket. */
  address?: string;
  /** TCP port, as configured. */
  @ApiCount() port?: number;
  ssl?: SslStatusDto;
  /** The name in `/ws/<endpoint>`. */
  endpoint?: string;
  control?: ControlDto;
  /** False for a server for the modem lines only; absent otherwise. */
  data?: boolean;
  /** Clients at one time; absent without a limit. */
  @ApiCount() max_connections?: number;
  /** Who is connected. */
  connections!: ConnectionStatusDto[];
  /** `online`: clients can come; `error`: they cannot, for the reason that is given. */
  state!: 'online' | 'error';
  /** Why it does not serve. */
  reason?: string;
  /** Where clients come in: `127.0.0.1:10001`, `/ws/screen`; absent while they cannot. */
  where?: string;
  /** Clients that were let in since it was started. */
  @ApiCount() accepted!: number;
  /** Clients that were turned away. */
  @ApiCount() refused!: number;
  /** Clients that were disconnected because they did not keep up. */
  @ApiCount() dropped!: number;
}

/** The settings of a serial device, and whether it is open. */
export class SerialStatusDto {
  /** Its path; where it is found by `match`, that of the one that is open, else null. */
  port!: string | null;
  /** Whether the device is open. */
  connected!: boolean;
  @ApiCount() baudrate?: number;
  bytesize?: Bytesize;
  parity?: Parity;
  stopbits?: Stopbits;
  match?: MatchDto;
}

/** A configured port; its place in the list is its index in the configuration. */
export class PortStatusDto {
  name?: string;
  /** Clients at one time over all servers; absent without a limit. */
  @ApiCount() max_connections?: number;
  serial!: SerialStatusDto;
  /** The ways in, at the indexes of the configuration. */
  servers!: ServerStatusDto[];
  /** The modem lines, while the device is open. */
  signals?: SignalsDto;
  /** `online`: open; `offline`: closed, and there to be opened; `error`: it is missing, or the entry has a mistake. */
  state!: 'online' | 'offline' | 'error';
  /** Why the state is `error`, or why the device was closed or not opened last. */
  reason?: string;
  /**
   * The same for programs. `ambiguous`: several devices fit `match`; `lost`: it went away while it was open; `invalid`: the
   * entry has a mistake; `failed`: anything else.
   */
  reason_code?: TroubleCode | 'invalid';
  /** When the device was opened, as an ISO 8601 time. */
  @ApiProperty({ format: 'date-time' }) since?: string;
  /** Bytes that came from the device since the start. */
  @ApiCount() bytes_read!: number;
  /** Bytes that the device took since the start. */
  @ApiCount() bytes_written!: number;
  /** Bytes that wait for the device. */
  @ApiCount() queue!: number;
  /** How often the device was lost while it was open. */
  @ApiCount() losses!: number;
}

/** All ports. */
export class StatusDto {
  /** At the indexes of the configuration. */
  ports!: PortStatusDto[];
  /** Whether the caller may change anything. */
  admin!: boolean;
}

/** The port that was asked for. */
export class OnePortStatusDto {
  port!: PortStatusDto;
  /** Whether the caller may change anything. */
  admin!: boolean;
}

/** What is asked for with `GET /api/status`; what is empty is not asked for. */
export class StatusQueryDto {
  /** Only the port of this name; empty is as not given. */
  @Optional() @EmptyIsNone() @IsText() port?: string;
  /** Only the port with this WebSocket endpoint; empty is as not given. */
  @Optional() @EmptyIsNone() @IsText() endpoint?: string;
  /** `1` for a stream of lines that tells what changes; `0`, `false`, or empty as in a bare `?stream`, is as not given. */
  @Optional() @EmptyIsNone() @IsText() stream?: string;
}

/** The modem lines of a port; all false while its device is closed. */
export class PortSignalsDto {
  name!: string | null;
  /** Whether the device is open. */
  connected!: boolean;
  signals!: SignalsDto;
}

/** A serial device of this machine. */
export class DetectedDeviceDto {
  /** What to open: `/dev/ttyUSB0`. */
  device!: string;
  description?: string;
  hwid?: string;
  /** USB vendor id, such as `0x303A`. */
  vid?: string;
  /** USB product id. */
  pid?: string;
  serial_number?: string;
  manufacturer?: string;
  product?: string;
  /** USB bus and ports, `1-1.4`. */
  location?: string;
  /** Indexes of the ports that are configured for it, also by a link such as `/dev/serial/by-id/…`; absent where none is. */
  ports?: number[];
}
