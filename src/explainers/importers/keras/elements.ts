import { bfloat16ToNumber, float16ToNumber } from '../../tensor/float16.ts';

/** The type of an array's elements in an HDF5 file. */
export interface Element {
  /** `opaque`: two bytes that HDF5 does not interpret. */
  readonly kind: 'float' | 'integer' | 'opaque';
  readonly size: number;
  readonly signed: boolean;
  readonly littleEndian: boolean;
  /** Keras' name of the type, if HDF5 has no type for it. */
  readonly marked: string | null;
}

type Reader = (view: DataView, at: number, little: boolean) => number;

const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['float2', (view, at, little) => float16ToNumber(view.getUint16(at, little))],
  ['float4', (view, at, little) => view.getFloat32(at, little)],
  ['float8', (view, at, little) => view.getFloat64(at, little)],
  ['signed1', (view, at) => view.getInt8(at)],
  ['signed2', (view, at, little) => view.getInt16(at, little)],
  ['signed4', (view, at, little) => view.getInt32(at, little)],
  ['signed8', (view, at, little) => Number(view.getBigInt64(at, little))],
  ['unsigned1', (view, at) => view.getUint8(at)],
  ['unsigned2', (view, at, little) => view.getUint16(at, little)],
  ['unsigned4', (view, at, little) => view.getUint32(at, little)],
  ['unsigned8', (view, at, little) => Number(view.getBigUint64(at, little))],
  ['bfloat16', (view, at, little) => bfloat16ToNumber(view.getUint16(at, little))],
]);

/** An array's elements as float32, which models compute with. */
export function elementsOf(bytes: Uint8Array, { kind, size, signed, littleEndian, marked }: Element): Float32Array {
  if (kind === 'float' && size === 4 && littleEndian && bytes.byteOffset % 4 === 0) {
    return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  }
  // HDF5 has no bfloat16; Keras marks its bytes in `.keras` files, and in `.h5` files it stores no others of this size.
  const isBfloat16 = size === 2 && (marked === 'bfloat16' || (kind === 'opaque' && marked === null));
  const name = isBfloat16 ? 'bfloat16' : `${kind === 'float' ? 'float' : signed ? 'signed' : 'unsigned'}${size}`;
  const read = READERS.get(name);
  const elements = new Float32Array(Math.floor(bytes.length / size));
  // No weight has a type of unknown size, so there are no numbers to read.
  if (!read) return elements.fill(Number.NaN);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // Bytes without a type are those of the machine that wrote them.
  const little = littleEndian || kind === 'opaque';
  for (let i = 0; i < elements.length; i++) elements[i] = read(view, i * size, little);
  return elements;
}
