import type { ImageFormat, ImageSource } from '../image.ts';
import { checkSize, damaged, unsupportedImage } from '../limits.ts';
import { narrowRangeNote } from '../narrowRange.ts';
import { decodeOnThread } from '../thread/decoderThread.ts';
import { wasmCodec } from '../wasm.ts';

/** The signature of JP2 files, and the markers that a bare codestream begins with. */
const MAGICS = ['0000000c6a502020', 'ff4fff51'];
/** Before the codestream there are boxes about the colours. */
const HEAD = 2 ** 20;
/** sRGB and grey, by their numbers in a JP2 file. */
const SPACES = [16, 17];

/** JPEG 2000, as JP2 or as a bare codestream: grey and RGB of up to 16 bits; further channels are dropped. */
export const jpeg2000: ImageFormat = {
  id: 'jpeg2000',
  title: 'JPEG 2000',
  sniff: (head) => MAGICS.some((magic) => Buffer.from(head.subarray(0, 8)).toString('hex').startsWith(magic)),
  decode: async (source, signal) => {
    const { width, height, components, bits } = readHeader(source);
    const codec = await wasmCodec('@cornerstonejs/codec-openjpeg', 'openjpegwasm_decode.wasm');
    const where = { path: source.path, pixels: height * width, signal };
    const { samples, complaints } = await decodeOnThread('jpeg2000', { codec, bytes: source.bytes }, where);
    const complaint = complaints.find((line) => /truncated|ERROR|not enough|Failed|tile part/i.test(line));
    if (complaint !== undefined) throw damaged(source, jpeg2000.title, complaint.trim().slice(0, 120));
    const stored = bits <= 8 ? samples : new Uint16Array(samples.slice().buffer);
    const pixels = height * width;
    if (stored.length < pixels * components) throw damaged(source, jpeg2000.title, 'its pixels are cut off');
    const channels = components < 3 ? 1 : 3;
    const full = bits <= 8 ? 255 : 65535;
    const data = full === 255 ? new Uint8Array(pixels * channels) : new Uint16Array(pixels * channels);
    const scale = full / (2 ** bits - 1);
    for (let i = 0; i < pixels; i++)
      for (let c = 0; c < channels; c++) data[i * channels + c] = Math.round(stored[i * components + c]! * scale);
    const image = { size: [height, width] as const, channels, data, max: full } as const;
    const notes = [components > channels ? 'channels after the colours are dropped' : null, narrowRangeNote(image)];
    return { ...image, format: jpeg2000.id, notes: notes.filter((note) => note !== null), ids: [] };
  },
};

interface Header {
  readonly width: number;
  readonly height: number;
  readonly components: number;
  readonly bits: number;
}

/** The SIZ segment of the codestream (ISO/IEC 15444-1 A.5.1), and the colour box of a JP2 file. Throws `image`. */
function readHeader(source: ImageSource): Header {
  const { bytes } = source;
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, HEAD));
  const at = head.indexOf('ff4fff51', 0, 'hex');
  if (at < 0 || at + 45 > bytes.length) throw damaged(source, jpeg2000.title, 'it has no codestream');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const width = view.getUint32(at + 8) - view.getUint32(at + 16);
  const height = view.getUint32(at + 12) - view.getUint32(at + 20);
  const components = view.getUint16(at + 40);
  const depths = Array.from({ length: components }, (_, c) => bytes[at + 42 + 3 * c] ?? 0);
  checkSize(source.path, height, width);
  const bits = (depths[0]! & 0x7f) + 1;
  if (components < 1 || components > 4) throw unsupportedImage(source, jpeg2000.title, `it has ${components} channels`);
  if (depths.some((depth) => depth !== depths[0]) || depths[0]! > 0x7f || bits > 16)
    throw unsupportedImage(source, jpeg2000.title, 'its samples are signed, of more than 16 bits, or of several kinds');
  const boxes = head.subarray(0, at);
  if (boxes.includes('pclr')) throw unsupportedImage(source, jpeg2000.title, 'its colours are in a palette');
  const colours = boxes.indexOf('colr');
  // Method 1: an enumerated space.
  if (colours >= 0 && boxes[colours + 4] === 1) {
    const space = boxes.readUInt32BE(colours + 7);
    if (!SPACES.includes(space)) throw unsupportedImage(source, jpeg2000.title, `its colour space has number ${space}`);
  }
  return { width, height, components, bits };
}
