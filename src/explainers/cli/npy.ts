/**
 * A float32 array in NumPy's `.npy` format, version 1.0, C order, little endian.
 * https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
export function npyBytes(shape: readonly number[], values: Float32Array): Uint8Array {
  const dims = `(${shape.join(', ')}${shape.length === 1 ? ',' : ''})`;
  const dictionary = `{'descr': '<f4', 'fortran_order': False, 'shape': ${dims}, }`;
  // Magic, version and length take 10 bytes; the header ends in a newline at a multiple of 64.
  const length = Math.ceil((10 + dictionary.length + 1) / 64) * 64 - 10;
  const bytes = new Uint8Array(10 + length + values.length * 4);
  const view = new DataView(bytes.buffer);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]);
  view.setUint16(8, length, true);
  bytes.set(new TextEncoder().encode(`${dictionary.padEnd(length - 1)}\n`), 10);
  for (let i = 0; i < values.length; i++) view.setFloat32(10 + length + i * 4, values[i]!, true);
  return bytes;
}
