import { deflateRawSync } from 'node:zlib';

/** An array of an archive: its name, without an ending, and the bytes of its .npy file. */
export interface NpzMember {
  readonly name: string;
  readonly npy: Uint8Array;
}

/** Midnight of 1980-01-01, the first date that the format knows: equal arrays give equal bytes. */
const DATE = 0x21;
const UTF8 = 0x800;
const DEFLATED = 8;
const VERSION = 20;

/**
 * Arrays as the bytes of a compressed .npz file, which `numpy.load` opens. Format: PKWARE's APPNOTE 6.3.3 without
 * ZIP64, so at most 4 GB.
 */
export function writeNpz(members: readonly NpzMember[]): Uint8Array {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, npy } of members) {
    const title = Buffer.from(`${name}.npy`);
    const packed = deflateRawSync(npy);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(VERSION, 0);
    fields.writeUInt16LE(UTF8, 2);
    fields.writeUInt16LE(DEFLATED, 4);
    fields.writeUInt16LE(DATE, 8);
    fields.writeUInt32LE(crc32(npy), 10);
    fields.writeUInt32LE(packed.length, 14);
    fields.writeUInt32LE(npy.length, 18);
    fields.writeUInt16LE(title.length, 22);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    const file = Buffer.concat([signature(0x04034b50), fields, title, packed]);
    directory.push(Buffer.concat([signature(0x02014b50), short(VERSION), fields, rest, title]));
    files.push(file);
    offset += file.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(members.length, 4);
  end.writeUInt16LE(members.length, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...files, central, signature(0x06054b50), end]);
}

function signature(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function short(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

/** The remainders of each byte by the polynomial of ISO 3309, reversed. */
const REMAINDERS = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? 0xedb88320 ^ (rest >>> 1) : rest >>> 1;
  return rest;
});

/** Node has its own from version 20.15 on. */
function crc32(bytes: Uint8Array): number {
  let rest = 0xffffffff;
  for (const byte of bytes) rest = REMAINDERS[(rest ^ byte) & 0xff]! ^ (rest >>> 8);
  return (rest ^ 0xffffffff) >>> 0;
}
