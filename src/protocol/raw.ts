import { Codec, CodecSink } from './codec.js';

/** The bytes as they are: every byte value passes, nothing has a meaning. */
export const rawCodec: Codec = {
  encode: (chunk) => chunk,
  decode: (chunk: Buffer, sink: CodecSink) => sink.data(chunk),
};
