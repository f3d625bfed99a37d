import { Encode } from './codec.js';

/** The byte that starts every command in a data stream: telnet's IAC and the control escape. */
export const ESCAPE = 0xff;

/** Doubles every 0xFF, so that data is never read as a command (RFC 854, RFC 856 section 3; control escape). */
export const doubleEscapes: Encode = (chunk) => {
  const first = chunk.indexOf(ESCAPE);
  if (first < 0) return chunk;

  // Two plain passes: where 0xFF is frequent (erased flash), a search per byte costs a hundred times as much.
  let escapes = 0;
  for (let at = first; at < chunk.length; at++) if (chunk[at] === ESCAPE) escapes++;
  const doubled = Buffer.allocUnsafe(chunk.length + escapes);
  let length = chunk.copy(doubled, 0, 0, first);
  for (let at = first; at < chunk.length; at++) {
    const byte = chunk[at]!;
    doubled[length++] = byte;
    if (byte === ESCAPE) doubled[length++] = ESCAPE;
  }
  return doubled;
};
