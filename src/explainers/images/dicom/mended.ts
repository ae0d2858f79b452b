// dicom-parser 1.8 does not know the value representations of 64-bit numbers and reads their lengths wrongly; and it
// takes the length of a delimiter for a distance, where some writers leave "undefined" in it. Both are rewritten first.

/** Value representations with a length of four bytes after two unused ones (PS3.5 7.1.2). */
const LONG = new Set('OB OD OF OL OV OW SQ SV UC UN UR UT UV'.split(' '));
/** Those that the parser takes for short ones. */
const UNKNOWN = new Set(['OV', 'SV', 'UV']);
const UNDEFINED = 0xffffffff;
const ITEM = 0xfffee000;
const ITEM_END = 0xfffee00d;
const SEQUENCE_END = 0xfffee0dd;
const PIXELS = 0x7fe00010;
const SYNTAX = 0x00020010;
const IMPLICIT = '1.2.840.10008.1.2';
const BIG = '1.2.840.10008.1.2.2';
const DEFLATED = /^1\.2\.840\.10008\.1\.2\.(?:1\.99|4\.9[45]|8\.1)$/;
/** Deeper sequences are left as they are. */
const DEEPEST = 32;

/**
 * The file as the parser reads it rightly: elements of OV, SV and UV become UN, delimiters get no length. The same
 * bytes if nothing has to change, or if they cannot be followed.
 * @param bytes with preamble and mark
 */
export function mendedDicom(bytes: Uint8Array): Uint8Array {
  const walk = new Walk(bytes);
  return walk.edits.length === 0 ? bytes : walk.mended();
}

type Edit = readonly [at: number, bytes: readonly number[]];

class Walk {
  readonly edits: Edit[] = [];
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #little = true;
  #explicit = true;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    try {
      this.#file();
    } catch (thrown) {
      // Past the end: the parser will say what is wrong.
      if (!(thrown instanceof RangeError)) throw thrown;
    }
  }

  mended(): Uint8Array {
    const copy = this.#bytes.slice();
    for (const [at, bytes] of this.edits) copy.set(bytes, at);
    return copy;
  }

  #file(): void {
    let at = 132;
    let syntax = '';
    while (at + 8 <= this.#bytes.length && this.#view.getUint16(at, true) === 2) {
      const { tag, start, length } = this.#header(at);
      if (tag === SYNTAX) syntax = this.#text(start, length).split('\0')[0]!.trim();
      at = start + length;
    }
    if (DEFLATED.test(syntax)) return;
    this.#little = syntax !== BIG;
    this.#explicit = syntax !== IMPLICIT;
    this.#elements(at, this.#bytes.length, 0);
  }

  #text(at: number, length: number): string {
    return Buffer.from(this.#bytes.subarray(at, at + Math.min(length, 64))).toString('latin1');
  }

  #header(at: number): { readonly tag: number; readonly vr: string; readonly start: number; readonly length: number } {
    const tag = this.#view.getUint16(at, this.#little) * 65536 + this.#view.getUint16(at + 2, this.#little);
    if (!this.#explicit || tag >= 0xfffe0000)
      return { tag, vr: '', start: at + 8, length: this.#view.getUint32(at + 4, this.#little) };
    const vr = this.#text(at + 4, 2);
    return LONG.has(vr)
      ? { tag, vr, start: at + 12, length: this.#view.getUint32(at + 8, this.#little) }
      : { tag, vr, start: at + 8, length: this.#view.getUint16(at + 6, this.#little) };
  }

  /** The elements from here to the end, or to the delimiter of their item; returns where they end. */
  #elements(from: number, end: number, depth: number): number {
    let at = from;
    while (at + 8 <= end) {
      const { tag, vr, start, length } = this.#header(at);
      if (tag === ITEM_END) return this.#delimiter(at, length);
      if (UNKNOWN.has(vr)) this.edits.push([at + 4, [0x55, 0x4e]]);
      if (length === UNDEFINED)
        at = tag === PIXELS ? this.#fragments(start) : this.#items(start, end, depth + 1, vr === 'UN');
      else {
        if (vr === 'SQ') this.#items(start, Math.min(end, start + length), depth + 1, false);
        at = start + length;
      }
    }
    return at;
  }

  #fragments(from: number): number {
    let at = from;
    for (;;) {
      const { tag, start, length } = this.#header(at);
      if (tag === SEQUENCE_END) return this.#delimiter(at, length);
      if (tag !== ITEM) throw new RangeError('no fragment');
      at = start + length;
    }
  }

  /** @param implicit an unknown value of undefined length holds implicit elements (PS3.5 6.2.2) */
  #items(from: number, end: number, depth: number, implicit: boolean): number {
    if (depth > DEEPEST) throw new RangeError('too deep');
    const explicit = this.#explicit;
    if (implicit) this.#explicit = false;
    let at = from;
    while (at + 8 <= end) {
      const { tag, start, length } = this.#header(at);
      if (tag === SEQUENCE_END) {
        this.#explicit = explicit;
        return this.#delimiter(at, length);
      }
      if (tag !== ITEM) throw new RangeError('no item');
      at = length === UNDEFINED ? this.#elements(start, end, depth) : start + length;
      if (length !== UNDEFINED) this.#elements(start, Math.min(end, start + length), depth);
    }
    this.#explicit = explicit;
    return at;
  }

  #delimiter(at: number, length: number): number {
    if (length !== 0) this.edits.push([at + 4, [0, 0, 0, 0]]);
    return at + 8;
  }
}
