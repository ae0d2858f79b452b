import { inOrder, type TextEdit } from '../contracts/labels/fix.ts';
import { ExplainError } from '../errors.ts';
import { textEncoding } from '../files/text.ts';

const BOMS: ReadonlyMap<string, readonly number[]> = new Map([
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
]);

/** The text of a file, and how edits of it change the file's bytes: only where they are. */
export class SourceText {
  readonly text: string;
  readonly encoding: string;
  readonly #path: string;
  readonly #bytes: Uint8Array;
  readonly #encode: Encode;
  /** Bytes of the byte order mark. */
  readonly #mark: number;

  /** `declared`: the file may name its encoding, as XML does. Throws `annotation` for one that we cannot write. */
  constructor(path: string, bytes: Uint8Array, declared: boolean) {
    this.#path = path;
    this.#bytes = bytes;
    this.encoding = textEncoding(bytes, declared);
    this.text = new TextDecoder(this.encoding).decode(bytes);
    const encode = encoder(this.encoding);
    const mark = BOMS.get(this.encoding) ?? [];
    this.#mark = mark.length > 0 && mark.every((byte, i) => bytes[i] === byte) ? mark.length : 0;
    if (!encode || !same(encode(this.text), bytes.subarray(this.#mark))) throw this.#refusal();
    this.#encode = encode;
  }

  /** The file's bytes after the edits, which do not overlap. Throws `annotation` for a letter that it cannot hold. */
  bytesAfter(edits: readonly TextEdit[]): Uint8Array {
    const parts: Uint8Array[] = [this.#bytes.subarray(0, this.#mark)];
    let [from, at] = [0, this.#mark];
    for (const { start, end, text } of inOrder(edits)) {
      const kept = this.#length(from, start);
      const written = this.#encode(text);
      if (!written) throw this.#refusal();
      parts.push(this.#bytes.subarray(at, at + kept), written);
      at += kept + this.#length(start, end);
      from = end;
    }
    parts.push(this.#bytes.subarray(at));
    return new Uint8Array(Buffer.concat(parts));
  }

  /** How many bytes [start, end) of the text takes. */
  #length(start: number, end: number): number {
    return this.#encode(this.text.slice(start, end))!.length;
  }

  #refusal(): ExplainError {
    return new ExplainError({
      kind: 'annotation',
      message: `The file is in the encoding ${this.encoding}, in which the change cannot be written without changing other bytes.`,
      subject: this.#path,
      next: 'Write the file again in UTF-8, then fix the label.',
    });
  }
}

/** Null: it has no bytes for a letter. */
type Encode = (text: string) => Uint8Array | null;

/** Null: an encoding that we only read. */
function encoder(encoding: string): Encode | null {
  if (encoding === 'utf-8') return (text) => new TextEncoder().encode(text);
  if (encoding === 'utf-16le') return (text) => Buffer.from(text, 'utf16le');
  if (encoding === 'utf-16be') return (text) => Buffer.from(text, 'utf16le').swap16();
  const letters = new TextDecoder(encoding).decode(Uint8Array.from({ length: 256 }, (_, i) => i));
  if (letters.length !== 256) return null;
  const bytes = new Map([...letters].map((letter, i) => [letter, i]));
  bytes.delete('\uFFFD');
  return (text) => {
    const written = new Uint8Array(text.length);
    for (let i = 0; i < text.length; i++) {
      const byte = bytes.get(text[i]!);
      if (byte === undefined) return null;
      written[i] = byte;
    }
    return written;
  };
}

function same(a: Uint8Array | null, b: Uint8Array): boolean {
  return a !== null && Buffer.compare(a, b) === 0;
}
