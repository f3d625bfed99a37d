import type { AnyServerDto } from '../config/server.dto.js';
import type { Codec } from '../protocol/codec.js';
import { rawCodec } from '../protocol/raw.js';

/** The codec that a server's settings ask for; one for each client, since decoders keep partial input. */
export function codecOf(_settings: AnyServerDto): Codec {
  return rawCodec;
}
