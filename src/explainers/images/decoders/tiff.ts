import { firstBands } from '../bands.ts';
import type { Bands, Image, ImageFormat, ImageSource } from '../image.ts';
import { checkSize } from '../limits.ts';
import { narrowRangeNote } from '../narrowRange.ts';
import { decodeOnThread } from '../thread/decoderThread.ts';
import { TAG, TiffDirectory } from '../tiff/directory.ts';
import { type TiffLayout, tiffLayout } from '../tiff/layout.ts';
import { checkPixels } from '../tiff/pixels.ts';
import { plainTiff, readAsBits } from '../tiff/plain.ts';
import { decodeRaster } from '../vips.ts';

/** 'II*\0', 'MM\0*', and their BigTIFF twins with 43. */
const MAGICS = ['49492a00', '4d4d002a', '49492b00', '4d4d002b'];

/**
 * TIFF and BigTIFF, the first page. Variants that the image library would read wrongly or only in part are refused by
 * name.
 */
export const tiff: ImageFormat = {
  id: 'tiff',
  title: 'TIFF',
  sniff: (head) => MAGICS.includes(Buffer.from(head.subarray(0, 4)).toString('hex')),
  decode: async (source, signal) => {
    const directory = new TiffDirectory(source);
    const layout = tiffLayout(source, directory);
    await checkPixels(source, directory, layout);
    const all = layout.unused > 0 ? await bandsOf(source, layout, signal) : null;
    if (all && layout.onlyBands) return pictureOf(all, layout, pageNotes(directory));
    const plain = plainTiff(source, directory, layout);
    const asRead = readAsBits(layout);
    const { image } = await decodeRaster(plain, tiff.title, {
      ...(asRead && { asRead }),
      ...(layout.unused > 0 && { unused: unusedNote(layout.samples, layout.unused) }),
    });
    const notes = [...image.notes, ...pageNotes(directory), narrowRangeNote(image)].filter((note) => note !== null);
    return { ...image, notes, format: tiff.id, ids: [], ...(all && { bands: all }) };
  },
};

/** All samples of the page. */
function bandsOf(source: ImageSource, { height, width, samples }: TiffLayout, signal?: AbortSignal): Promise<Bands> {
  const pixels = height * width * samples;
  checkSize(source.path, height * samples, width);
  return decodeOnThread('bands', { source }, { path: source.path, pixels, signal });
}

/** The first three bands as red, green and blue, or the first one as grey. */
function pictureOf(bands: Bands, { height, width, samples }: TiffLayout, notes: readonly string[]): Image {
  const note = `${samples} bands, of which ${samples >= 3 ? 'the first three are used as red, green and blue' : 'the first is used'}`; // biome-ignore format: one line
  return {
    size: [height, width],
    ...firstBands(bands),
    format: tiff.id,
    notes: [note, ...notes],
    ids: [],
  };
}

function unusedNote(samples: number, unused: number): string {
  const first = samples - unused + 1;
  const bands = unused === 1 ? `band ${first} of ${samples} is` : `bands ${first} to ${samples} of ${samples} are`;
  return `${bands} not used: red, green and blue are taken`;
}

function pageNotes(directory: TiffDirectory): string[] {
  if (directory.pages < 2) return [];
  const reduced = ((directory.number(TAG.subfileType) ?? 0) & 1) === 1;
  return [`page 1 of ${directory.pages}${reduced ? ', which is a reduced version of another page' : ''}`];
}
