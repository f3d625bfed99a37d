/** What the status stream tells: the shapes of `GET /api/status`. */
export const LINES = ['rts', 'dtr', 'cts', 'dsr', 'ri', 'cd'] as const;
export type Line = (typeof LINES)[number];
export type Signals = Record<Line, boolean>;

export type PortState = 'online' | 'offline' | 'error';

export interface LiveConnection {
  /** Constant while it lasts, unlike its place in the list. */
  id: string;
  address: string;
  /** User, token or certificate that it came in with. */
  user?: string;
  /** When it came, as ISO 8601. */
  since: string;
  /** Bytes from it and to it. */
  bytes_in: number;
  bytes_out: number;
  /** Bytes that wait to be sent to it. */
  queue: number;
}

export interface LiveServer {
  /** In capitals: TCP, TELNET, SSL, WEBSOCKET or SOCKET. */
  protocol: string;
  address?: string;
  port?: number;
  endpoint?: string;
  ssl?: { certfile?: string; ca_certs?: string };
  data?: boolean;
  control?: { rts?: boolean; dtr?: boolean; signals?: Line[] };
  max_connections?: number;
  /** Where it listens indeed; what was configured may be port 0. */
  where?: string;
  state?: 'online' | 'error';
  reason?: string;
  connections: LiveConnection[];
}

export interface LivePort {
  name?: string;
  serial: {
    port?: string | null;
    connected?: boolean;
    baudrate?: number;
    bytesize?: number;
    parity?: string;
    stopbits?: number;
    match?: Record<string, string | number>;
  };
  servers: LiveServer[];
  signals?: Signals;
  state: PortState;
  /** Why the state is `error`, or why the device was closed or not opened last. */
  reason?: string;
  max_connections?: number;
  /** Bytes from the device and to it. */
  bytes_read?: number;
  bytes_written?: number;
  losses?: number;
}

export interface Detected {
  device: string;
  description?: string;
  hwid?: string;
  vid?: string;
  pid?: string;
  serial_number?: string;
  manufacturer?: string;
  product?: string;
  location?: string;
}

export interface Snapshot {
  ports: LivePort[];
  detected: Detected[];
  admin: boolean;
}
