/** A bitmap of 24 bits, from the bottom row up, as most programs write it. */
export function writeBmp(rgb: Uint8Array, [height, width]: readonly [number, number]): Buffer {
  const stride = Math.ceil((width * 3) / 4) * 4;
  const file = Buffer.alloc(54 + stride * height);
  file.write('BM');
  file.writeUInt32LE(file.length, 2);
  file.writeUInt32LE(54, 10);
  file.writeUInt32LE(40, 14);
  file.writeInt32LE(width, 18);
  file.writeInt32LE(height, 22);
  file.writeUInt16LE(1, 26);
  file.writeUInt16LE(24, 28);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < 3; c++) file[54 + (height - 1 - y) * stride + 3 * x + 2 - c] = rgb[3 * (y * width + x) + c]!;
  return file;
}
