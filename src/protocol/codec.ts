/**
 * The protocols on the wire between a client and this server, apart from any socket or device: bytes in, bytes and
 * intentions out. Nothing in this folder does I/O or imports anything but `node:`.
 */

/** The modem lines of a serial device; true is asserted. */
export interface Signals {
  rts: boolean;
  dtr: boolean;
  cts: boolean;
  dsr: boolean;
  ri: boolean;
  cd: boolean;
}

/** The lines this side drives. */
export type OutputLines = Partial<Pick<Signals, 'rts' | 'dtr'>>;

/** What a client may do with the lines, and know of them. */
export interface LineRights {
  /** Whether it may set RTS. */
  readonly rts: boolean;
  /** Whether it may set DTR. */
  readonly dtr: boolean;
  /** The lines that it is told of. */
  readonly signals: readonly (keyof Signals)[];
}

/**
 * Makes wire bytes of device bytes. It keeps no state, so that a chunk is encoded once for all clients that use the same
 * function; it may return the chunk itself. An empty result is not sent.
 */
export type Encode = (chunk: Buffer) => Buffer;

/**
 * What a decoder finds in a client's bytes, called in the order in which it stood on the wire. Only the answers, which go
 * the other way, may come together at the end of a read.
 */
export interface CodecSink {
  /** Bytes for the device. The buffer may be a view of the chunk that was given to `decode`. */
  data(bytes: Buffer): void;
  /** Bytes for the client: the protocol's own answers. */
  reply(bytes: Buffer): void;
  /** The client wants output lines changed. */
  setLines(lines: OutputLines): void;
  /** The client asks for the state of the lines. */
  askLines(): void;
  /** The client asks for a break on the line, of so many milliseconds where the protocol names them. */
  sendBreak(ms?: number): void;
  /** The client sent something that is ignored; the text says what. */
  ignored(what: string): void;
  /** The client did something, if only to say that it is there; for protocols with a `heartbeat`, whose answers do not count. */
  active(): void;
  /** The client ends the conversation, or broke its rules by `fault`: `last` is sent, and the connection ends. */
  leave(last: Buffer, fault?: string): void;
}

/** Why the server ends a conversation: it goes away, it wants it so, the device failed, it is full, the login ended. */
export type Farewell = 'away' | 'policy' | 'failed' | 'busy' | 'revoked';

/** One client's end of a protocol. Its decoder owns the partial input of that client. */
export interface Codec {
  /** What the server says first. */
  readonly greeting?: Buffer;
  readonly encode: Encode;
  decode(chunk: Buffer, sink: CodecSink): void;
  /** The bytes that tell the client the state of the lines; absent where the protocol has none. */
  report?(signals: Signals): Buffer;
  /** Other rights for this client, from the next byte on; absent where the protocol has none. */
  allow?(rights: LineRights): void;
  /** Whether the client is told its lines at the start and each time they differ; else when it asks and when they change. */
  readonly reportsNews?: boolean;
  /** What a living client answers by itself; absent where the transport alone has to notice that it is gone. */
  readonly heartbeat?: Buffer;
  /** What the server says last; absent where the end of the stream says it all. */
  farewell?(why: Farewell, reason: string): Buffer;
}
