import { table } from '../../tables.ts';
import { MAX_PIXELS } from '../shapes/shapes.ts';

/** A NumPy array: shape and numbers, row-major. */
export interface NpyArray {
  readonly shape: readonly number[];
  readonly values: ArrayLike<number>;
  /** Floating-point numbers: a mask in them may be shares from 0 to 1. */
  readonly fractional: boolean;
}

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
type Read = (view: DataView, at: number, little: boolean) => number;

const TYPES = table<{ readonly bytes: number; readonly fractional: boolean; readonly read: Read }>({
  b1: { bytes: 1, fractional: false, read: (view, at) => view.getUint8(at) },
  u1: { bytes: 1, fractional: false, read: (view, at) => view.getUint8(at) },
  i1: { bytes: 1, fractional: false, read: (view, at) => view.getInt8(at) },
  u2: { bytes: 2, fractional: false, read: (view, at, little) => view.getUint16(at, little) },
  i2: { bytes: 2, fractional: false, read: (view, at, little) => view.getInt16(at, little) },
  u4: { bytes: 4, fractional: false, read: (view, at, little) => view.getUint32(at, little) },
  i4: { bytes: 4, fractional: false, read: (view, at, little) => view.getInt32(at, little) },
  u8: { bytes: 8, fractional: false, read: (view, at, little) => Number(view.getBigUint64(at, little)) },
  i8: { bytes: 8, fractional: false, read: (view, at, little) => Number(view.getBigInt64(at, little)) },
  f4: { bytes: 4, fractional: true, read: (view, at, little) => view.getFloat32(at, little) },
  f8: { bytes: 8, fractional: true, read: (view, at, little) => view.getFloat64(at, little) },
});

export function isNpy(bytes: Uint8Array): boolean {
  return MAGIC.every((byte, i) => bytes[i] === byte);
}

/** The array, or why it cannot be read. Pickled objects never are: they are programs. */
export function readNpy(bytes: Uint8Array): NpyArray | { readonly fault: string } {
  if (!isNpy(bytes)) return { fault: 'it is no NumPy array' };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const long = bytes[6]! >= 2;
  if (bytes.length < (long ? 12 : 10)) return { fault: 'its header is cut off' };
  const start = long ? 12 : 10;
  const body = start + (long ? view.getUint32(8, true) : view.getUint16(8, true));
  if (body > bytes.length) return { fault: 'its header is cut off' };
  const header = new TextDecoder('latin1').decode(bytes.subarray(start, Math.min(body, start + 65536)));
  const descr = /['"]descr['"]\s*:\s*['"]([<>|=]?)(\w+)['"]/.exec(header);
  const shapeText = /['"]shape['"]\s*:\s*\(([^)]*)\)/.exec(header)?.[1];
  const type = descr && Object.hasOwn(TYPES, descr[2]!) ? TYPES[descr[2]!] : undefined;
  if (!descr || shapeText === undefined) return { fault: 'its header is damaged' };
  if (!type) return { fault: `its numbers are of the type ${descr[2]!.slice(0, 20)}, which no mask is` };
  const shape = shapeText.split(',').flatMap((part) => (part.trim() === '' ? [] : Number.parseInt(part, 10)));
  const count = shape.reduce((product, n) => product * n, 1);
  if (!shape.every((n) => Number.isInteger(n) && n > 0) || count > MAX_PIXELS)
    return { fault: 'its shape is no sensible one' };
  if (bytes.length < body + count * type.bytes) return { fault: 'its numbers are cut off' };
  const little = descr[1] !== '>';
  const stored = Float64Array.from({ length: count }, (_, i) => type.read(view, body + i * type.bytes, little));
  const fortran = /['"]fortran_order['"]\s*:\s*True/.test(header);
  return { shape, values: fortran ? rowMajor(stored, shape) : stored, fractional: type.fractional };
}

/** Fortran's order, first axis fastest, to row-major. */
function rowMajor(stored: Float64Array, shape: readonly number[]): Float64Array {
  const steps = shape.map((_, axis) => shape.slice(0, axis).reduce((product, n) => product * n, 1));
  return stored.map((_, i) => {
    let rest = i;
    let at = 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      at += (rest % shape[axis]!) * steps[axis]!;
      rest = Math.floor(rest / shape[axis]!);
    }
    return stored[at]!;
  });
}
