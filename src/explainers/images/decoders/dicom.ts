import { table } from '../../tables.ts';
import { type Decoded, decodeFrame, decodeFrames } from '../dicom/codecs.ts';
import { type DicomFile, decimals, holderOf, isDicom, parseDicomFile, text } from '../dicom/dataset.ts';
import { modalityTransform, paletteTables, throughTables, type Voi, voiTransform } from '../dicom/lut.ts';
import { type PixelLayout, pixelLayout, type StoredSamples, signedReader } from '../dicom/pixelModule.ts';
import type { Image, ImageFormat, ImageSource } from '../image.ts';
import { damaged, MAX_PIXELS, reading, unsupportedImage } from '../limits.ts';
import { decodeOnThread } from '../thread/decoderThread.ts';

type Samples = Pick<Image, 'channels' | 'data' | 'max' | 'notes'>;
type Colour = (source: ImageSource, file: DicomFile, layout: PixelLayout, decoded: Decoded) => Samples;

/**
 * DICOM, its first frame: modality LUT or rescale, then the first VOI LUT or window, to 0 … 255 (without a window, the
 * full range of its values), inverted for MONOCHROME1. PS3.3 C.11, PS3.4 N.2.
 */
export const dicom: ImageFormat = {
  id: 'dicom',
  title: 'DICOM',
  sniff: (head) => isDicom(head),
  decode: async (source, signal) => {
    const file = await opened(source, signal);
    const layout = pixelLayout(source, file);
    const colour = COLOURS[layout.photometric];
    if (colour === undefined || layout.samples !== colour.samples) {
      const detail = `photometric interpretation ${layout.photometric} with ${layout.samples} samples per pixel`;
      throw unsupportedImage(source, dicom.title, detail);
    }
    const decoded = await decodeFrame(source, file, layout, signal);
    const convert = COLOURS[decoded.photometric]?.convert ?? colour.convert;
    const samples = convert(source, file, layout, decoded);
    const notes = layout.frames > 1 ? [...samples.notes, `frame 1 of ${layout.frames}`] : samples.notes;
    const uid = text(file, 'x00080018').trim();
    const size = [layout.rows, layout.columns] as const;
    return { ...samples, notes, size, format: dicom.id, ids: uid === '' ? [] : [uid] };
  },
};

/** Smaller files are parsed in a fraction of a second, whatever they hold. */
const LARGE = 2 ** 20;
/** Milliseconds; a file with thousands of elements takes some. */
const ELEMENTS_LIMIT = 2000;

/** Samples of all frames together: as many as the largest image has. */
const MOST_SAMPLES = MAX_PIXELS;

/** The stored samples of all frames of a file with compressed frames, such as a segmentation. Throws `image`. */
export function dicomFrames(source: ImageSource, signal?: AbortSignal): Promise<readonly StoredSamples[]> {
  return reading(source, dicom, async () => {
    const file = await opened(source, signal);
    const layout = pixelLayout(source, file);
    const { rows, columns, samples, frames } = layout;
    if (frames * rows * columns * samples > MOST_SAMPLES)
      throw unsupportedImage(source, dicom.title, `${frames} compressed frames of ${columns} × ${rows} pixels`);
    return decodeFrames(source, file, layout, signal);
  });
}

/**
 * A deflated file is inflated on a thread; its size limits the number of pixels. A file that may have millions of
 * elements is read on a thread first, so that it cannot hold up other requests.
 */
const opened = ({ path, bytes: whole }: ImageSource, signal: AbortSignal | undefined) =>
  parseDicomFile(
    { path, bytes: whole },
    (bytes) =>
      decodeOnThread('inflate', { bytes }, { path, pixels: Math.min(MAX_PIXELS, 1032 * bytes.length), signal }),
    async (bytes, inflated) => {
      if (bytes.length > LARGE)
        await decodeOnThread('elements', { bytes, inflated }, { path, pixels: 0, signal }, ELEMENTS_LIMIT);
    },
  );

const rgb: Colour = (_source, _file, layout, { stored }) => {
  if (layout.stored <= 8 && stored instanceof Uint8Array) return { channels: 3, data: stored, max: 255, notes: [] };
  const value = signedReader({ ...layout, signed: false });
  const data = layout.stored <= 16 ? new Uint16Array(stored.length) : new Float32Array(stored.length);
  for (let i = 0; i < data.length; i++) data[i] = value(stored[i]!);
  return { channels: 3, data, max: 2 ** layout.stored - 1, notes: [] };
};

/** PS3.3 C.7.6.3.1.2, rounded as pydicom does. */
const ybr: Colour = (source, _file, layout, { stored }) => {
  if (layout.stored !== 8) throw unsupportedImage(source, dicom.title, `YBR with ${layout.stored} bits`);
  const data = new Uint8ClampedArray(stored.length);
  for (let i = 0; i < stored.length; i += 3) {
    const y = stored[i]!;
    const blue = stored[i + 1]! - 128;
    const red = stored[i + 2]! - 128;
    data[i] = Math.floor(y + 1.402 * red + 0.5);
    data[i + 1] = Math.floor(y - (0.114 * 1.772 * blue + 0.299 * 1.402 * red) / 0.587 + 0.5);
    data[i + 2] = Math.floor(y + 1.772 * blue + 0.5);
  }
  return { channels: 3, data: new Uint8Array(data.buffer), max: 255, notes: [] };
};

const palette: Colour = (source, file, layout, { stored }) => {
  const tables = paletteTables(file, layout);
  if (tables === null) throw unsupportedImage(source, dicom.title, 'its colour palette is missing or damaged');
  return { channels: 3, ...throughTables(stored, signedReader(layout), tables), notes: ['colours from its palette'] };
};

const monochrome = (inverted: boolean): Colour => {
  return (source, file, layout, { stored }) => {
    const value = signedReader(layout);
    const modality = modalityTransform(file, layout);
    const inModality = modality === null ? value : (bits: number) => modality(value(bits));
    const window = voiTransform(file, layout);
    const notes: string[] = [];
    const plain = window === null && modality === null && layout.stored === 8 && !layout.signed;
    if (plain && stored instanceof Uint8Array) {
      if (inverted) notes.push('inverted (MONOCHROME1)');
      return { channels: 1, data: inverted ? stored.map((sample) => 255 - sample) : stored, max: 255, notes };
    }
    const voi = window ?? fullRange(file, layout, stored, inModality);
    notes.push(voi.note);
    if (inverted) notes.push('inverted (MONOCHROME1)');
    const toByte = (bits: number) => {
      const level = voi.map(inModality(bits));
      const clipped = level > 0 ? Math.min(255, level) : 0;
      return inverted ? 255 - clipped : clipped;
    };
    const data = new Float32Array(stored.length);
    if (stored instanceof Uint32Array) {
      for (let i = 0; i < stored.length; i++) data[i] = toByte(stored[i]!);
    } else {
      const table = Float32Array.from({ length: 2 ** (8 * stored.BYTES_PER_ELEMENT) }, (_, bits) => toByte(bits));
      for (let i = 0; i < stored.length; i++) data[i] = table[stored[i]!]!;
    }
    if (data.length !== layout.rows * layout.columns) throw damaged(source, dicom.title, 'its pixels are cut off');
    return { channels: 1, data, max: 255, notes };
  };
};

/** No window in the file: from the smallest to the largest value, without padding (0028,0120 … 0121). */
function fullRange(
  file: DicomFile,
  layout: PixelLayout,
  stored: Decoded['stored'],
  inModality: (bits: number) => number,
): Voi {
  const value = signedReader(layout);
  const padding = readPadding(file, layout);
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const bits of stored) {
    if (padding !== null) {
      const sample = value(bits);
      if (sample >= padding[0] && sample <= padding[1]) continue;
    }
    const level = inModality(bits);
    if (level < low) low = level;
    if (level > high) high = level;
  }
  if (low > high) low = high = 0;
  const scale = high > low ? 255 / (high - low) : 0;
  return {
    map: (level) => (level - low) * scale,
    note: `${windowless(file)}: full range ${low} … ${high}`,
  };
}

/** Why the full range is used. */
function windowless(file: DicomFile): string {
  const center = decimals(file, 'x00281050')[0];
  const width = decimals(file, 'x00281051')[0];
  if (center !== undefined && width !== undefined) return `its window (centre ${center}, width ${width}) is invalid`;
  return holderOf(file, 'x00283010') === undefined ? 'no window in the file' : 'its VOI table cannot be read';
}

function readPadding(file: DicomFile, layout: PixelLayout): readonly [number, number] | null {
  const read = (tag: string) => (layout.signed ? file.data.int16(tag) : file.data.uint16(tag));
  if ((file.data.elements['x00280120']?.length ?? 0) !== 2) return null;
  const first = read('x00280120')!;
  const limit = (file.data.elements['x00280121']?.length ?? 0) === 2 ? read('x00280121')! : first;
  return first <= limit ? [first, limit] : [limit, first];
}

/** Photometric interpretation → how its samples become grey or RGB. */
const COLOURS = table<{ readonly samples: 1 | 3; readonly convert: Colour }>({
  MONOCHROME1: { samples: 1, convert: monochrome(true) },
  MONOCHROME2: { samples: 1, convert: monochrome(false) },
  'PALETTE COLOR': { samples: 1, convert: palette },
  RGB: { samples: 3, convert: rgb },
  YBR_FULL: { samples: 3, convert: ybr },
  YBR_FULL_422: { samples: 3, convert: ybr },
  YBR_ICT: { samples: 3, convert: ybr },
  YBR_RCT: { samples: 3, convert: ybr },
});
