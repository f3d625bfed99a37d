/** What the status stream tells: the shapes of `GET /api/status`. */
export const LINES = ['rts', 'dtr', 'cts', 'dsr', 'ri', 'cd'] as const;
export type Line = (typeof LINES)[number];
export type Signals = Record<Line, boolean>;

export type PortState = 'online' | 'offline' | 'error';

export interface LiveConnection {
  /** Constant while it lasts, unlike its index. */
  id?: string;
  address: string;
  /** User, token or certificate that it came in with. */
  user?: string;
  /** When it came, as ISO 8601. */
  since?: string;
  bytes_in?: number;
  bytes_out?: number;
  /** Bytes that wait to be sent to it. */
  queue?: number;
}

export interface LiveServer {
  protocol: string;
  address?: string;
  port?: number;
  endpoint?: string;
  ssl?: unknown;
  data?: boolean;
  control?: object;
  max_connections?: number;
  /** Where it listens indeed; what was configured may be port 0. */
  listening?: string;
  error?: string;
  reason?: string;
  connections: LiveConnection[];
}

export interface LivePort {
  name?: string;
  serial: {
    port?: string;
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
  reason?: string;
  max_connections?: number;
  bytes_in?: number;
  bytes_out?: number;
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
