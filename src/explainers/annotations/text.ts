/** The text of a file: UTF-8 with or without a byte order mark, or UTF-16 with one. Bytes that are no text become U+FFFD. */
export function decodeText(bytes: Uint8Array): string {
  const encoding =
    bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8';
  return new TextDecoder(encoding).decode(bytes);
}

/** The bytes as UTF-8 without a byte order mark; the same array where they are already. */
export function utf8(bytes: Uint8Array): Uint8Array {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return bytes.subarray(3);
  const wide = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  return wide ? new TextEncoder().encode(decodeText(bytes)) : bytes;
}

/** The beginning of a file as text, for sniffing. */
export function headText(bytes: Uint8Array, length = 4096): string {
  return decodeText(bytes.subarray(0, length));
}
