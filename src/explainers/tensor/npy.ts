import { ExplainError } from '../errors.ts';
import { type DType, sizeOf, type Tensor } from './tensor.ts';

interface NpyType {
  /** NumPy's type code without the byte order. */
  readonly code: string;
  readonly bytes: number;
  readonly array: (buffer: ArrayBuffer) => Exclude<Tensor['data'], readonly string[]>;
}

const TYPES: Readonly<Record<Exclude<DType, 'string' | 'bfloat16'>, NpyType>> = {
  float32: { code: 'f4', bytes: 4, array: (buffer) => new Float32Array(buffer) },
  float64: { code: 'f8', bytes: 8, array: (buffer) => new Float64Array(buffer) },
  float16: { code: 'f2', bytes: 2, array: (buffer) => new Uint16Array(buffer) },
  int8: { code: 'i1', bytes: 1, array: (buffer) => new Int8Array(buffer) },
  uint8: { code: 'u1', bytes: 1, array: (buffer) => new Uint8Array(buffer) },
  int16: { code: 'i2', bytes: 2, array: (buffer) => new Int16Array(buffer) },
  uint16: { code: 'u2', bytes: 2, array: (buffer) => new Uint16Array(buffer) },
  int32: { code: 'i4', bytes: 4, array: (buffer) => new Int32Array(buffer) },
  uint32: { code: 'u4', bytes: 4, array: (buffer) => new Uint32Array(buffer) },
  int64: { code: 'i8', bytes: 8, array: (buffer) => new BigInt64Array(buffer) },
  uint64: { code: 'u8', bytes: 8, array: (buffer) => new BigUint64Array(buffer) },
  bool: { code: 'b1', bytes: 1, array: (buffer) => new Uint8Array(buffer) },
};

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/**
 * A tensor as the bytes of a .npy file: version 1.0, C order, little-endian, like the data of every machine we run on.
 */
export function writeNpy(tensor: Tensor): Uint8Array {
  if (tensor.dtype === 'string' || tensor.dtype === 'bfloat16') throw new TypeError(`.npy has no ${tensor.dtype}`);
  const { code, bytes } = TYPES[tensor.dtype];
  const shape = tensor.shape.length === 1 ? `${tensor.shape[0]},` : tensor.shape.join(', ');
  const descr = bytes === 1 ? `|${code}` : `<${code}`;
  const header = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${shape}), }`;
  const length = Math.ceil((10 + header.length + 1) / 64) * 64;
  const text = `${header.padEnd(length - 11)}\n`;
  const out = new Uint8Array(length + tensor.data.byteLength);
  out.set([...MAGIC, 1, 0, text.length & 255, text.length >> 8]);
  out.set(new TextEncoder().encode(text), 10);
  out.set(new Uint8Array(tensor.data.buffer, tensor.data.byteOffset, tensor.data.byteLength), length);
  return out;
}

export function isNpy(bytes: Uint8Array): boolean {
  return MAGIC.every((byte, i) => bytes[i] === byte);
}

/**
 * Reads a .npy file as {@link npyTensor} does.
 * @param name the file, for messages
 * @throws ExplainError `usage`
 */
export function readNpy(file: Uint8Array, name: string): Tensor {
  const found = npyTensor(file);
  if (!('fault' in found)) return found;
  throw new ExplainError({
    kind: 'usage',
    message: `${name} ${found.fault}.`,
    subject: name,
    next: 'Write it with numpy.save from an array of numbers.',
  });
}

interface NpyHeader {
  readonly dtype: Exclude<DType, 'string' | 'bfloat16'>;
  readonly shape: readonly number[];
  /** '>': the most significant byte comes first. */
  readonly byteOrder: string;
  /** The first axis varies fastest. */
  readonly fortran: boolean;
  /** Where the numbers begin. */
  readonly start: number;
}

/**
 * What a .npy file declares (versions 1 to 3), or what is wrong with it, as the end of a sentence. Pickled objects are
 * programs, so they are refused, as are strings and records, and files that are shorter than they declare.
 */
export function npyHeader(file: Uint8Array): NpyHeader | { readonly fault: string } {
  if (!isNpy(file)) return { fault: 'is not a .npy file' };
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  const major = file[6] ?? 0;
  const prefix = major === 1 ? 10 : 12;
  if (file.length < prefix) return { fault: 'is truncated in its header' };
  if (major < 1 || major > 3) return { fault: `has .npy version ${major}, which is not supported` };
  const start = prefix + (major === 1 ? view.getUint16(8, true) : view.getUint32(8, true));
  if (start > prefix + 65536 || start > file.length) return { fault: 'is truncated in its header' };
  const header = new TextDecoder('latin1').decode(file.subarray(prefix, start));
  const descr = /['"]descr['"]\s*:\s*['"]([<>|=]?)(\w{1,20})['"]/.exec(header);
  const order = /['"]fortran_order['"]\s*:\s*(True|False)/.exec(header)?.[1];
  const dims = /['"]shape['"]\s*:\s*\(([\d\s,]*)\)/.exec(header)?.[1];
  const type = Object.entries(TYPES).find(([, known]) => known.code === descr?.[2]);
  if (descr === null || type === undefined || order === undefined || dims === undefined) {
    const what = descr && !type ? `, but values of the type ${descr[2]}` : '';
    return { fault: `does not hold an array of numbers${what}` };
  }
  const shape = dims.split(',').flatMap((dim) => (dim.trim() === '' ? [] : [Number(dim)]));
  const count = sizeOf(shape);
  if (shape.length > 32 || !Number.isSafeInteger(count) || count * type[1].bytes > file.length - start)
    return { fault: `is truncated, because its header says (${shape.join(', ')})` };
  const dtype = type[0] as NpyHeader['dtype'];
  return { dtype, shape, byteOrder: descr[1]!, fortran: order === 'True', start };
}

/**
 * The array of a .npy file, in either byte order and in C or Fortran order (→ C order); or what is wrong with the file.
 * Nothing is allocated before the file is known to hold it.
 */
export function npyTensor(file: Uint8Array): Tensor | { readonly fault: string } {
  const header = npyHeader(file);
  if ('fault' in header) return header;
  const { dtype, shape, byteOrder, fortran, start } = header;
  const { bytes, array } = TYPES[dtype];
  // A copy, because the bytes of a file may begin at an unaligned address.
  const body = new Uint8Array(file.subarray(start, start + sizeOf(shape) * bytes));
  if (byteOrder === '>') swapBytes(body, bytes);
  const data = array(body.buffer);
  return { dtype, shape, data: fortran ? toCOrder(data, shape, array, bytes) : data } as Tensor;
}

function swapBytes(bytes: Uint8Array, width: number): void {
  for (let at = 0; at < bytes.length; at += width) bytes.subarray(at, at + width).reverse();
}

function toCOrder(data: NonStrings, shape: readonly number[], array: NpyType['array'], bytes: number): NonStrings {
  const out = array(new ArrayBuffer(data.length * bytes)) as { [index: number]: number | bigint };
  const index = shape.map(() => 0);
  for (let to = 0; to < data.length; to++) {
    let from = 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) from = from * shape[axis]! + index[axis]!;
    out[to] = data[from]!;
    for (let axis = shape.length - 1; axis >= 0 && ++index[axis]! === shape[axis]; axis--) index[axis] = 0;
  }
  return out as NonStrings;
}

type NonStrings = ReturnType<NpyType['array']>;
