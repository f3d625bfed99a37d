const OPCODES = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 };
const MASK = Buffer.from([0x12, 0x34, 0x56, 0x78]);

/** A frame as a client sends it: masked. */
export function clientFrame(
  kind: keyof typeof OPCODES,
  payload: Uint8Array | string = '',
  { fin = true }: { fin?: boolean } = {},
): Buffer {
  const bytes = Buffer.from(payload as string);
  const length = Buffer.alloc(bytes.length > 0xffff ? 9 : bytes.length > 125 ? 3 : 1);
  if (length.length === 9) length.writeBigUInt64BE(BigInt(bytes.length), 1);
  if (length.length === 3) length.writeUInt16BE(bytes.length, 1);
  length[0] = 0x80 | (length.length === 9 ? 127 : length.length === 3 ? 126 : bytes.length);
  const masked = bytes.map((byte, at) => byte ^ (MASK[at & 3] as number));
  return Buffer.concat([Buffer.from([(fin ? 0x80 : 0) | OPCODES[kind]]), length, MASK, masked]);
}
