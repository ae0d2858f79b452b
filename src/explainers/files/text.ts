import { isUtf8 } from 'node:buffer';

/** Names of encodings in files that TextDecoder knows by other names. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ['cp932', 'shift_jis'],
  ['cp936', 'gbk'],
  ['cp949', 'euc-kr'],
  ['cp950', 'big5'],
  ['cp65001', 'utf-8'],
  ['latin-1', 'latin1'],
  ['latin_1', 'latin1'],
  ['iso8859-15', 'iso-8859-15'],
  ['latin-9', 'iso-8859-15'],
]);

/** Thrown for a text that declares an unknown encoding. */
export class UnknownEncoding extends Error {
  readonly encoding: string;

  constructor(encoding: string) {
    super(`it declares the encoding "${encoding.slice(0, 40)}", which is not supported`);
    this.encoding = encoding;
  }
}

/**
 * The text of a file: in the encoding of its byte order mark; else in the encoding that an XML file declares; else in
 * UTF-8 if it is valid; else in the encoding of Windows in western Europe (cp1252). UTF-16 is also recognised without a
 * mark.
 * @throws UnknownEncoding
 */
export function decodeText(bytes: Uint8Array): string {
  return new TextDecoder(encodingOf(bytes)).decode(bytes);
}

/** The encoding that {@link plainText} reads, or, if `declared`, {@link decodeText}: TextDecoder's name. */
export function textEncoding(bytes: Uint8Array, declared: boolean): string {
  return declared ? encodingOf(bytes) : (markedEncoding(bytes) ?? plainEncoding(bytes));
}

/** The text of a file that declares no encoding: by its byte order mark, else UTF-8 if it is valid, else cp1252. */
export function plainText(bytes: Uint8Array): string {
  return new TextDecoder(markedEncoding(bytes) ?? plainEncoding(bytes)).decode(bytes);
}

/** The bytes as UTF-8 without a byte order mark, whatever a declaration says; the same array if they already are. */
export function utf8(bytes: Uint8Array): Uint8Array {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return bytes.subarray(3);
  const encoding = markedEncoding(bytes) ?? plainEncoding(bytes);
  return encoding === 'utf-8' ? bytes : new TextEncoder().encode(new TextDecoder(encoding).decode(bytes));
}

/** The beginning of a file as text, for sniffing: it does not throw. */
export function headText(bytes: Uint8Array, length = 4096): string {
  if (bytes.length <= length) return decodedLoosely(bytes);
  // The last character may be incomplete.
  const cut = [0, 1, 2, 3].find((n) => isUtf8(bytes.subarray(0, length - n)));
  return decodedLoosely(bytes.subarray(0, length - (cut ?? 0)));
}

function decodedLoosely(bytes: Uint8Array): string {
  try {
    return decodeText(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

function encodingOf(bytes: Uint8Array): string {
  return markedEncoding(bytes) ?? declaredEncoding(bytes) ?? plainEncoding(bytes);
}

function plainEncoding(bytes: Uint8Array): string {
  return isUtf8(bytes) ? 'utf-8' : 'windows-1252';
}

/** By a byte order mark or by the zeros of UTF-16; null if it has neither. */
function markedEncoding(bytes: Uint8Array): string | null {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'utf-8';
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  // The first two characters of a table, of JSON or of XML are ASCII.
  if (bytes.length >= 4 && bytes[1] === 0 && bytes[3] === 0 && bytes[0] !== 0 && bytes[2] !== 0) return 'utf-16le';
  if (bytes.length >= 4 && bytes[0] === 0 && bytes[2] === 0 && bytes[1] !== 0 && bytes[3] !== 0) return 'utf-16be';
  return null;
}

/** The encoding in an XML declaration, by TextDecoder's name; null if there is none, or it cannot be true. */
function declaredEncoding(bytes: Uint8Array): string | null {
  const head = Buffer.from(bytes.subarray(0, 200)).toString('latin1');
  const written = /^\s*<\?xml\s[^>]*?\bencoding\s*=\s*["']([^"'<>]*)["']/.exec(head)?.[1]?.trim().toLowerCase();
  // If it were UTF-16, the declaration would not have been readable; UTF-8 is checked below.
  if (written === undefined || written === '' || /^(?:utf|ucs|unicode)/.test(written.replace(/[-_]/g, ''))) return null;
  try {
    return new TextDecoder(ALIASES.get(written) ?? written).encoding;
  } catch {
    throw new UnknownEncoding(written);
  }
}
