import { table } from '../../tables.ts';
import type { ImageSource } from '../image.ts';
import { jpegFrame } from '../jpegMarkers.ts';
import { damaged, unsupportedImage } from '../limits.ts';
import { decodeOnThread } from '../thread/decoderThread.ts';
import { decodeRaster } from '../vips.ts';
import { wasmCodec } from '../wasm.ts';
import type { DicomFile } from './dataset.ts';
import { encapsulatedFrame, encapsulatedFrames, interleave, nativeFrame, unpack } from './frame.ts';
import type { PixelLayout, StoredSamples } from './pixelModule.ts';

export interface Decoded {
  readonly stored: StoredSamples;
  /** The colour space of the samples after decoding; decoders of JPEG and JPEG 2000 undo their own colour transform. */
  readonly photometric: string;
}

/** Decodes the compressed bytes of one frame. */
type Codec = (
  source: ImageSource,
  bytes: Uint8Array,
  layout: PixelLayout,
  signal: AbortSignal | undefined,
) => Promise<Decoded>;

const rle: Codec = async (source, bytes, layout, signal) => {
  const stored = await decodeOnThread(
    'rle',
    { source: named(source), bytes, layout },
    { ...sizeOf(source, layout), signal },
  );
  return { stored, photometric: layout.photometric };
};

const jpeg: Codec = async (source, bytes, layout, signal) => {
  const frame = jpegFrame(bytes);
  checkFrame(source, layout, frame);
  if (frame!.precision === 12) {
    const stored = await decodeOnThread(
      'jpeg12',
      { source: named(source), bytes },
      { ...sizeOf(source, layout), signal },
    );
    return { stored, photometric: layout.photometric };
  }
  const declared = frame!.colourDeclared || frame!.components !== 3 ? bytes : withAdobe(bytes, layout.photometric);
  const { image } = await decodeRaster({ path: source.path, bytes: declared }, 'DICOM (JPEG)');
  if (image.channels !== layout.samples || !(image.data instanceof Uint8Array)) {
    throw damaged(source, 'DICOM', `its JPEG has ${image.channels} channels instead of ${layout.samples}`);
  }
  return { stored: image.data, photometric: image.channels === 3 ? 'RGB' : layout.photometric };
};

/** Without a marker, libjpeg guesses whether components are RGB or YCbCr; DICOM knows. */
function withAdobe(bytes: Uint8Array, photometric: string): Uint8Array {
  const transform = photometric === 'RGB' ? 0 : 1;
  const segment = [0xff, 0xee, 0, 14, 0x41, 0x64, 0x6f, 0x62, 0x65, 0, 100, 0, 0, 0, 0, transform];
  return new Uint8Array(Buffer.concat([bytes.subarray(0, 2), Uint8Array.from(segment), bytes.subarray(2)]));
}

const jpegLossless: Codec = async (source, bytes, layout, signal) => {
  const frame = jpegFrame(bytes);
  checkFrame(source, layout, frame);
  if (frame!.marker !== 0xc3) throw damaged(source, 'DICOM', 'its pixels are not lossless JPEG');
  const { precision } = frame!;
  const stored = await decodeOnThread('jpegLossless', { bytes, precision }, { ...sizeOf(source, layout), signal });
  return { stored: exactly(source, stored, layout), photometric: layout.photometric };
};

const jpegLs: Codec = async (source, bytes, layout, signal) => {
  checkFrame(source, layout, jpegFrame(bytes));
  const codec = await wasmCodec('@cornerstonejs/codec-charls', 'charlswasm_decode.wasm');
  const decoded = await decodeOnThread('jpegLs', { codec, bytes }, { ...sizeOf(source, layout), signal });
  const exact = exactly(source, asSamples(decoded.samples, decoded.bits), layout);
  const planar = layout.samples === 3 && decoded.planar;
  return {
    stored: planar ? interleave(exact, layout.rows * layout.columns) : exact,
    photometric: layout.photometric,
  };
};

const jpeg2000: Codec = async (source, bytes, layout, signal) => {
  checkCodestream(source, bytes, layout);
  const codec = await wasmCodec('@cornerstonejs/codec-openjpeg', 'openjpegwasm_decode.wasm');
  const { samples, bits, complaints } = await decodeOnThread(
    'jpeg2000',
    { codec, bytes },
    { ...sizeOf(source, layout), signal },
  );
  const incomplete = complaints.find((line) => /truncated|ERROR|not enough|Failed|tile part/i.test(line));
  if (incomplete !== undefined) throw damaged(source, 'DICOM', `JPEG 2000: ${incomplete.trim().slice(0, 120)}`);
  const stored = asSamples(samples, bits);
  const photometric = /^YBR_(ICT|RCT)$/.test(layout.photometric) ? 'RGB' : layout.photometric;
  return { stored: exactly(source, stored, layout), photometric };
};

/** Frames as they are, and frames that are deflated one by one, as segmentations of bits may be. */
const plain: Codec = async (source, bytes, layout) => {
  const count = layout.rows * layout.columns * layout.samples;
  const length = Math.ceil((count * layout.allocated) / 8);
  if (bytes.length < length) throw damaged(source, 'DICOM', 'its compressed pixels are cut off');
  const stored = unpack(bytes.slice(0, length + (length % 2)), count, layout.allocated, true, true);
  return { stored, photometric: layout.photometric };
};

const deflated: Codec = async (source, bytes, layout, signal) => {
  const frame = await decodeOnThread('inflate', { bytes }, { ...sizeOf(source, layout), signal });
  return plain(source, frame, layout, signal);
};

/** The source without its bytes, because decoders of a frame need only its name. */
const named = ({ path }: ImageSource): ImageSource => ({ path, bytes: new Uint8Array() });

const sizeOf = ({ path }: ImageSource, { rows, columns }: PixelLayout) => ({ path, pixels: rows * columns });

function asSamples(bytes: Uint8Array, bits: number): Uint8Array | Uint16Array {
  return bits <= 8 ? bytes : new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length >> 1);
}

/** The compressed frame must match the rows and columns, because those were checked against the limits. */
function checkFrame(source: ImageSource, layout: PixelLayout, frame: ReturnType<typeof jpegFrame>): void {
  if (frame === null) throw damaged(source, 'DICOM', 'its compressed pixels have no JPEG frame header');
  if (frame.height !== layout.rows || frame.width !== layout.columns || frame.components !== layout.samples) {
    throw damaged(
      source,
      'DICOM',
      `its compressed frame is ${frame.width} × ${frame.height} × ${frame.components}, but its header says ${layout.columns} × ${layout.rows} × ${layout.samples}`,
    );
  }
}

/** Reads the SIZ segment of a JPEG 2000 codestream, bare or in a JP2 box (ISO/IEC 15444-1 A.5.1). */
function checkCodestream(source: ImageSource, bytes: Uint8Array, layout: PixelLayout): void {
  const at = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 65536)).indexOf('ff4fff51', 0, 'hex');
  if (at < 0 || at + 42 > bytes.length) throw damaged(source, 'DICOM', 'its pixels are not JPEG 2000');
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, bytes.length - at);
  const width = view.getUint32(8) - view.getUint32(16);
  const height = view.getUint32(12) - view.getUint32(20);
  if (width !== layout.columns || height !== layout.rows || view.getUint16(40) !== layout.samples) {
    throw damaged(
      source,
      'DICOM',
      `its compressed frame is ${width} × ${height} × ${view.getUint16(40)}, but its header says ${layout.columns} × ${layout.rows} × ${layout.samples}`,
    );
  }
}

function exactly<T extends StoredSamples>(source: ImageSource, stored: T, layout: PixelLayout): T {
  const count = layout.rows * layout.columns * layout.samples;
  if (stored.length < count) throw damaged(source, 'DICOM', 'its compressed pixels are cut off');
  return stored.length === count ? stored : (stored.subarray(0, count) as T);
}

const UID = '1.2.840.10008.1.2';

/** Transfer syntaxes without compressed frames; the whole data set may be deflated. */
const NATIVE = new Set([UID, `${UID}.1`, `${UID}.1.99`, `${UID}.2`]);

/** Transfer syntax UID → decoder. */
const CODECS = table<Codec>({
  [`${UID}.4.50`]: jpeg,
  [`${UID}.4.51`]: jpeg,
  [`${UID}.4.57`]: jpegLossless,
  [`${UID}.4.70`]: jpegLossless,
  [`${UID}.4.80`]: jpegLs,
  [`${UID}.4.81`]: jpegLs,
  [`${UID}.4.90`]: jpeg2000,
  [`${UID}.4.91`]: jpeg2000,
  [`${UID}.4.201`]: jpeg2000,
  [`${UID}.4.202`]: jpeg2000,
  [`${UID}.4.203`]: jpeg2000,
  [`${UID}.5`]: rle,
  [`${UID}.1.98`]: plain,
  [`${UID}.8.1`]: deflated,
});

/** The first frame's stored samples, channels interleaved. Throws `image`. */
export async function decodeFrame(
  source: ImageSource,
  file: DicomFile,
  layout: PixelLayout,
  signal?: AbortSignal,
): Promise<Decoded> {
  if (NATIVE.has(file.syntax))
    return { stored: nativeFrame(source, file, layout), photometric: layout.photometric.replace('_422', '') };
  return codecOf(source, file)(source, encapsulatedFrame(source, file, layout), layout, signal);
}

/** The stored samples of all frames of a file with compressed frames. Throws `image`. */
export async function decodeFrames(
  source: ImageSource,
  file: DicomFile,
  layout: PixelLayout,
  signal?: AbortSignal,
): Promise<readonly StoredSamples[]> {
  const codec = codecOf(source, file);
  const frames: StoredSamples[] = [];
  for (const bytes of encapsulatedFrames(source, file, layout))
    frames.push((await codec(source, bytes, layout, signal)).stored);
  return frames;
}

function codecOf(source: ImageSource, { syntax }: DicomFile): Codec {
  const codec = CODECS[syntax];
  if (codec === undefined) throw unsupportedImage(source, 'DICOM', `its transfer syntax is ${syntax}`);
  return codec;
}
