import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { errorReport } from '../../../src/explainers/errors.ts';
import { readNpy, writeNpy } from '../../../src/explainers/tensor/npy.ts';
import { float32, int64, type Tensor } from '../../../src/explainers/tensor/tensor.ts';

/** numpy.save(…, np.array([[1, 2, 3], [4, 5, 6]], dtype='>i2', order='F')), numpy 2.4.6, and its plain twin. */
const HEADER = (descr: string, fortran: string, shape: string) => {
  const text = `{'descr': '${descr}', 'fortran_order': ${fortran}, 'shape': ${shape}, }`;
  return Buffer.concat([
    Buffer.from([0x93, ...Buffer.from('NUMPY'), 1, 0, 118, 0]),
    Buffer.from(`${text.padEnd(117)}\n`, 'latin1'),
  ]);
};

test('what is written has the bytes of numpy.save', () => {
  const file = writeNpy(float32([2, 3], Float32Array.of(1, 2, 3, 4, 5, -0.5)));
  const body = Buffer.from(Float32Array.of(1, 2, 3, 4, 5, -0.5).buffer);
  expect(Buffer.from(file)).toEqual(Buffer.concat([HEADER('<f4', 'False', '(2, 3)'), body]));
  expect(Buffer.from(writeNpy(int64([7]))).toString('latin1')).toContain(
    "'descr': '<i8', 'fortran_order': False, 'shape': (1,)",
  );
  expect(writeNpy(float32([])).length).toBe(128 + 4);
});

test('every dtype comes back as it was written', () => {
  const tensors: Tensor[] = [
    float32([2, 2], Float32Array.of(1.5, Number.NaN, -0, 3)),
    { dtype: 'float64', shape: [3], data: Float64Array.of(Math.PI, -1e300, 0) },
    { dtype: 'float16', shape: [2], data: Uint16Array.of(0x3c00, 0x7c00) },
    { dtype: 'int8', shape: [2], data: Int8Array.of(-128, 127) },
    { dtype: 'uint8', shape: [1, 2, 1], data: Uint8Array.of(0, 255) },
    { dtype: 'int16', shape: [1], data: Int16Array.of(-32768) },
    { dtype: 'uint16', shape: [1], data: Uint16Array.of(65535) },
    { dtype: 'int32', shape: [0, 4], data: Int32Array.of() },
    { dtype: 'uint32', shape: [1], data: Uint32Array.of(2 ** 32 - 1) },
    int64([-(2n ** 63n), 2n ** 63n - 1n]),
    { dtype: 'uint64', shape: [], data: BigUint64Array.of(2n ** 64n - 1n) },
    { dtype: 'bool', shape: [2], data: Uint8Array.of(0, 1) },
  ];
  for (const tensor of tensors) expect(readNpy(writeNpy(tensor), 'x.npy')).toEqual(tensor);
});

test('Fortran order and big endian become C order and our own', () => {
  const body = Buffer.from([0, 1, 0, 4, 0, 2, 0, 5, 0, 3, 0, 6]);
  const tensor = readNpy(Buffer.concat([HEADER('>i2', 'True', '(2, 3)'), body]), 'f.npy');
  expect(tensor).toEqual({ dtype: 'int16', shape: [2, 3], data: Int16Array.of(1, 2, 3, 4, 5, 6) });
});

describe('a bad file is refused before anything is allocated', () => {
  const body = Buffer.alloc(8);
  test.each([
    ['text', Buffer.from('1,2,3'), 'is not a .npy file'],
    ['empty', Buffer.alloc(0), 'is not a .npy file'],
    ['objects', Buffer.concat([HEADER('|O', 'False', '(1,)'), body]), 'does not hold an array of numbers'],
    ['huge', Buffer.concat([HEADER('<f8', 'False', '(100000, 100000)'), body]), 'is truncated'],
    ['overflowing', Buffer.concat([HEADER('<f8', 'False', '(99999999999, 99999999999)'), body]), 'is truncated'],
    ['cut off', Buffer.concat([HEADER('<f8', 'False', '(2,)'), body]), 'is truncated'],
    ['half a header', HEADER('<f8', 'False', '(2,)').subarray(0, 60), 'is truncated in its header'],
  ])('%s', (_name, file, message) => {
    const thrown = (() => {
      try {
        return readNpy(file, 'seg.npy');
      } catch (error) {
        return errorReport(error);
      }
    })();
    expect(thrown).toMatchObject({ kind: 'usage', subject: 'seg.npy' });
    expect((thrown as { message: string }).message).toContain(message);
  });

  test('any bytes: an array or a usage error', () => {
    const good = Buffer.from(writeNpy(float32([4, 4])));
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { maxLength: 6 }),
        fc.nat(200),
        (edits, cut) => {
          const bad = Buffer.from(good.subarray(0, good.length - cut));
          for (const [at, value] of edits) if (at < bad.length) bad[at] = value;
          try {
            readNpy(bad, 'x.npy');
          } catch (error) {
            expect(errorReport(error).kind).toBe('usage');
          }
        },
      ),
    );
  });
});
