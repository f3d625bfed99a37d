import type { AnyServerDto } from '../config/server.dto.js';
import type { Codec } from '../protocol/codec.js';
import { ControlCodec } from '../protocol/control.js';
import { rawCodec } from '../protocol/raw.js';
import { TelnetCodec } from '../protocol/telnet.js';

/** The codec that a server's settings ask for; one for each client, since decoders keep partial input. */
export function codecOf({ protocol, control, data }: AnyServerDto): Codec {
  if (protocol === 'telnet') return new TelnetCodec();
  if (!control) return rawCodec;
  const { rts, dtr, signals } = control;
  return new ControlCodec({ rts, dtr, signals, data });
}
