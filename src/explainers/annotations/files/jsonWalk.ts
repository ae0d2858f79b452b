import { utf8 } from '../../files/text.ts';
import { Numbers } from './numbers.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** The root, its sections and their elements; the ends of deeper values are not recorded. */
const NOTED_DEPTH = 3;

/**
 * One pass over the bytes of a JSON file that records where the outer objects and arrays begin and end, 8 bytes each,
 * so that no byte is visited once per level. Bytes that are not JSON do no harm: the walk ends where the file breaks,
 * and the fault is found by later readers.
 */
export class JsonWalk {
  /** UTF-8 without a byte order mark: offsets are in these. */
  readonly bytes: Buffer;
  /** Offset in `bytes` + this = offset in the file; null: the file is in another encoding. */
  readonly shift: number | null;
  readonly #starts = new Numbers();
  readonly #ends = new Numbers();
  /** Spans are requested in order, so the next one usually follows the last. */
  #last = 0;
  readonly #open: number[] = [];
  #depth = 0;
  #at: number;
  #done: boolean;

  constructor(file: Uint8Array) {
    const bytes = utf8(file);
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    this.shift = bytes.buffer === file.buffer ? file.length - bytes.length : null;
    this.#at = skipSpace(bytes, 0);
    this.#done = bytes[this.#at] !== 0x7b && bytes[this.#at] !== 0x5b;
  }

  /**
   * Continues the walk; true at the end. `length` bytes take about as long as one step of any other kind of work
   * should.
   */
  step(length = 2 ** 22): boolean {
    const bytes = this.bytes;
    const end = Math.min(bytes.length, this.#at + length);
    let at = this.#at;
    let depth = this.#depth;
    for (; !this.#done && at < end; at++) {
      const c = bytes[at];
      if (c === QUOTE) {
        at = quoteEnd(bytes, at);
        if (at < 0) {
          this.#done = true;
          break;
        }
      } else if (c === 0x7b || c === 0x5b) {
        if (++depth > NOTED_DEPTH) continue;
        this.#ends.push(0);
        this.#open.push(this.#starts.push(at));
      } else if (c === 0x7d || c === 0x5d) {
        if (depth-- <= NOTED_DEPTH) this.#ends.set(this.#open.pop()!, at + 1);
        if (depth === 0) this.#done = true;
      }
    }
    this.#at = at;
    this.#depth = depth;
    this.#done ||= at >= bytes.length;
    return this.#done;
  }

  /** Where the object or array that begins at `start` ends; 0: it never does, or is too deep. */
  endOf(start: number): number {
    while (!this.step());
    let [low, high] = [0, this.#starts.length - 1];
    for (let middle = Math.min(this.#last + 1, high); low <= high; middle = (low + high) >> 1) {
      const found = this.#starts.at(middle);
      if (found === start) {
        this.#last = middle;
        return this.#ends.at(middle);
      }
      if (found < start) low = middle + 1;
      else high = middle - 1;
    }
    return 0;
  }
}

const known = new WeakMap<Uint8Array, JsonWalk>();

/** The walk of these bytes; only one is made, however many ask for it. */
export function jsonWalk(file: Uint8Array): JsonWalk {
  const walk = known.get(file) ?? new JsonWalk(file);
  known.set(file, walk);
  return walk;
}

export function skipSpace(bytes: Uint8Array, start: number): number {
  let at = start;
  for (let c = bytes[at]; c === 32 || c === 10 || c === 13 || c === 9; c = bytes[++at]);
  return at;
}

/** The quote that ends the text beginning at `start`; -1: there is none. */
export function quoteEnd(bytes: Uint8Array, start: number): number {
  for (let at = start + 1; at < bytes.length; at++) {
    if (bytes[at] === BACKSLASH) at++;
    else if (bytes[at] === QUOTE) return at;
  }
  return -1;
}
