import type { AnyServerDto } from '../config/server.dto.js';
import type { Codec } from '../protocol/codec.js';
import { ControlCodec } from '../protocol/control.js';
import { rawCodec } from '../protocol/raw.js';
import { TelnetCodec } from '../protocol/telnet.js';
import { WebSocketCodec } from '../protocol/websocket.js';

/** The codec that a server's settings ask for; one for each client, since decoders keep partial input. */
export function codecOf({ protocol, control, data }: AnyServerDto): Codec {
  if (protocol === 'telnet') return new TelnetCodec();
  const { rts = false, dtr = false, signals = [] } = control ?? {};
  if (protocol === 'websocket') return new WebSocketCodec({ rts, dtr, signals, data });
  if (!control) return rawCodec;
  return new ControlCodec({ rts, dtr, signals, data });
}
