const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).toUpperCase().padStart(2, '0'));

/** `48 65 0D` */
export const toHex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => HEX[byte]).join(' ');

/** What can be printed, and a dot for everything else. */
export const toText = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·')).join('');

/** The bytes of `48 65 0d`, `48650D` or `0x48 0x65`; undefined when it is no hex. */
export function fromHex(text: string): Uint8Array<ArrayBuffer> | undefined {
  const digits = text.replaceAll(/0x/gi, '').replaceAll(/[\s,:]/g, '');
  if (!/^([0-9a-f]{2})+$/i.test(digits)) return undefined;
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** ES2026, which the browsers of 2024 do not have; many times as fast. */
const native = {
  encode: (Uint8Array.prototype as { toBase64?: (this: Uint8Array) => string }).toBase64,
  decode: (Uint8Array as { fromBase64?: (text: string) => Uint8Array<ArrayBuffer> }).fromBase64,
};

export function toBase64(bytes: Uint8Array): string {
  if (native.encode) return native.encode.call(bytes);
  let binary = '';
  for (let at = 0; at < bytes.length; at += 8192)
    binary += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(binary);
}

export const fromBase64 = (text: string): Uint8Array<ArrayBuffer> =>
  native.decode
    ? native.decode.call(Uint8Array, text)
    : Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
