import type { ImageSource } from '../image.ts';
import { checkSize, damaged, MOST_BANDS, unsupportedImage } from '../limits.ts';
import { TAG, type TiffDirectory } from './directory.ts';

const TITLE = 'TIFF';

/** How the pixels of a TIFF page are stored, for the supported kinds. */
export interface TiffLayout {
  readonly height: number;
  readonly width: number;
  readonly bits: number;
  readonly format: 'whole' | 'signed' | 'float';
  readonly compression: number;
  readonly samples: number;
  /** Samples after the colour that are not transparency; a picture of the colour ignores them. */
  readonly unused: number;
  /** The image library cannot read so many samples, or samples of that meaning. */
  readonly onlyBands: boolean;
  /** Each sample of a pixel is in a plane of its own. */
  readonly planar: boolean;
}

/** Compressions that the image library of every platform decodes; TIFF 6.0, and libtiff's registry for the numbers. */
const READ = new Set([1, 2, 3, 4, 5, 7, 8, 32773, 32946, 50001]);
const CCITT = new Set([2, 3, 4]);
const JPEG = 7;
const WEBP = 50001;

const COMPRESSIONS: ReadonlyMap<number, string> = new Map([
  [6, 'old-style JPEG'],
  [9, 'JBIG'],
  [10, 'JBIG'],
  [32766, 'NeXT'],
  [32771, 'CCITT RLE by words'],
  [32809, 'ThunderScan'],
  [32908, 'PixarFilm'],
  [32909, 'PixarLog'],
  [33003, 'JPEG 2000'],
  [33004, 'JPEG 2000'],
  [33005, 'JPEG 2000'],
  [34661, 'JBIG'],
  [34676, 'SGI Log'],
  [34677, 'SGI Log'],
  [34712, 'JPEG 2000'],
  [34887, 'LERC'],
  [34892, 'lossy JPEG'],
  [34925, 'LZMA'],
  [34926, 'Zstandard'],
  [34927, 'WebP'],
  [34933, 'PNG'],
  [34934, 'JPEG XR'],
  [22610, 'JPEG XR'],
  [48124, 'Jetraw'],
  [50000, 'Zstandard'],
  [50002, 'JPEG XL'],
  [52546, 'JPEG XL'],
]);

/** Photometric interpretation → the number of samples of its colour; others are not supported. */
const COLOURS: ReadonlyMap<number, number> = new Map([
  [0, 1],
  [1, 1],
  [2, 3],
  [3, 1],
  [5, 4],
  [6, 3],
]);
const [WHITE_IS_ZERO, PALETTE, CMYK, YCBCR, RGB] = [0, 3, 5, 6, 2];

const PHOTOMETRICS: ReadonlyMap<number, string> = new Map([
  [4, 'a transparency mask'],
  [6, 'YCbCr without JPEG compression'],
  [8, 'CIE L*a*b*'],
  [9, 'ICC L*a*b*'],
  [10, 'ITU L*a*b*'],
  [32803, 'the raw mosaic of a camera (CFA)'],
  [32844, 'Log L'],
  [32845, 'Log Luv'],
  [34892, 'linear raw'],
  [51177, 'a depth map'],
]);

const FORMATS = ['whole', 'whole', 'signed', 'float', 'whole', 'complex', 'complex'] as const;
/** The supported bits per sample of each format. */
const BITS: Readonly<Record<TiffLayout['format'], readonly number[]>> = {
  whole: [1, 2, 4, 8, 16, 32],
  signed: [8, 16, 32],
  float: [16, 32],
};
const SAMPLE_NAMES = {
  whole: 'whole numbers',
  signed: 'signed whole numbers',
  float: 'floats',
  complex: 'complex numbers',
};

/** [height, width] as stored; sizes are checked. Throws `image`. */
function storedSize(source: ImageSource, directory: TiffDirectory): readonly [number, number] {
  const [height, width] = [directory.number(TAG.height), directory.number(TAG.width)];
  if (height === undefined || width === undefined) throw damaged(source, TITLE, 'its directory gives no size');
  checkSize(source.path, height, width);
  return [height, width];
}

/** The layout of the first page. Throws `image` for an unsupported kind, naming it, before anything is decoded. */
export function tiffLayout(source: ImageSource, directory: TiffDirectory): TiffLayout {
  const [height, width] = storedSize(source, directory);
  const refuse = (detail: string) => unsupportedImage(source, TITLE, detail);
  const compression = directory.number(TAG.compression) ?? 1;
  if (!READ.has(compression)) {
    const name = COMPRESSIONS.get(compression);
    throw refuse(name ? `its compression is ${name} (${compression})` : `its compression is number ${compression}`);
  }
  const depth = directory.number(TAG.depth) ?? 1;
  if (depth > 1) throw refuse(`it is a volume of ${depth} slices`);
  const samples = directory.number(TAG.samples) ?? 1;
  const { bits, format } = sampleType(source, directory, samples, refuse);
  const photometric = directory.number(TAG.photometric);
  if (photometric === undefined) throw damaged(source, TITLE, 'its directory does not say what its samples mean');
  const colour = COLOURS.get(photometric);
  if (colour === undefined || (photometric === YCBCR && compression !== JPEG)) {
    throw refuse(`its samples are ${PHOTOMETRICS.get(photometric) ?? `of photometric interpretation ${photometric}`}`);
  }
  const what = { bits, format, compression, samples, photometric };
  const odd = oddCombination(what, directory);
  if (odd !== null) throw refuse(odd);
  const extra = extraSamples(what, colour, directory.numbers(TAG.extraSamples));
  if (typeof extra === 'string') throw refuse(extra);
  const onlyBands = extra > 0 && (samples > MAX_SAMPLES || photometric !== RGB);
  if (extra > 0) checkEach(directory, samples, format, refuse);
  return {
    height,
    width,
    bits,
    format,
    compression,
    samples,
    unused: extra,
    onlyBands,
    planar: directory.number(TAG.planar) === 2,
  };
}

function sampleType(
  source: ImageSource,
  directory: TiffDirectory,
  samples: number,
  refuse: (detail: string) => Error,
): Pick<TiffLayout, 'bits' | 'format'> {
  const allBits = directory.numbers(TAG.bits);
  const bits = allBits[0] ?? 1;
  const codes = directory.numbers(TAG.sampleFormat);
  const format = FORMATS[codes[0] ?? 1];
  if (samples < 1) throw damaged(source, TITLE, 'its directory says that a pixel has no samples');
  if (
    allBits.slice(0, samples).some((each) => each !== bits) ||
    codes.slice(0, samples).some((each) => each !== codes[0])
  )
    throw refuse('its channels are of different types');
  if (format === undefined) throw refuse(`its samples have the unknown format ${codes[0]}`);
  if (format === 'complex' || !BITS[format].includes(bits)) {
    throw refuse(`its samples are ${bits}-bit ${SAMPLE_NAMES[format]}`);
  }
  return { bits, format };
}

/** The reader of bands takes the type of each from its own entry. */
function checkEach(
  directory: TiffDirectory,
  samples: number,
  format: TiffLayout['format'],
  refuse: (detail: string) => Error,
): void {
  const bits = directory.numbers(TAG.bits).length;
  if (bits < samples) throw refuse(`its directory gives the bits of ${bits} of its ${samples} channels`);
  const formats = directory.numbers(TAG.sampleFormat).length;
  if (format !== 'whole' && formats < samples) {
    throw refuse(`its directory gives the number format of ${formats} of its ${samples} channels`);
  }
}

type What = Pick<TiffLayout, 'bits' | 'format' | 'compression' | 'samples'> & { readonly photometric: number };

/** Features that are supported one by one, but not together: the reason, or null. */
function oddCombination(
  { bits, format, compression, samples, photometric }: What,
  directory: TiffDirectory,
): string | null {
  const type = `${bits}-bit ${SAMPLE_NAMES[format]}`;
  const floatPredictor = directory.number(TAG.predictor) === 3;
  if (format === 'float' && bits === 16 && (floatPredictor || samples === 2 || samples > 3))
    return `its half floats (16 bits) have ${floatPredictor ? 'a floating-point predictor' : `${samples} channels`}`;
  if (bits < 8 && samples > 1) return `its ${samples} channels have ${bits} bits each`;
  if (CCITT.has(compression) && (bits !== 1 || samples !== 1)) return `it compresses ${type} as a fax (${compression})`;
  if ((compression === JPEG || compression === WEBP) && (bits !== 8 || format !== 'whole'))
    return `it compresses ${type} as ${compression === JPEG ? 'JPEG' : 'WebP'}`;
  if (photometric === WHITE_IS_ZERO && (format !== 'whole' || bits > 16)) return `0 is white in its ${type}`;
  if (photometric === PALETTE && (format !== 'whole' || bits > 8)) return `its colour palette is of ${type}`;
  if (photometric === CMYK && (format !== 'whole' || bits !== 8)) return `its CMYK inks are ${type}`;
  if (photometric === CMYK && (directory.number(TAG.inkSet) ?? 1) !== 1) return 'its inks are not those of CMYK';
  return null;
}

/** The most samples per pixel that the image library supports. */
const MAX_SAMPLES = 5;

/** How many samples after the colour are ignored, or why the pixels cannot be read. */
function extraSamples({ samples, photometric }: What, colour: number, kinds: readonly number[]): number | string {
  const extra = samples - colour;
  const channels = `it has ${samples} channels`;
  if (extra < 0) return `${channels}, but its colour needs ${colour}`;
  if (samples > MOST_BANDS) return `${channels}, but at most ${MOST_BANDS} are supported`;
  const alpha = extra === 1 && (kinds[0] === 1 || kinds[0] === 2);
  if (extra === 0 || alpha) return 0;
  const grey = photometric === WHITE_IS_ZERO + 1;
  return photometric === RGB || grey ? extra : `${channels}, but does not say that they are grey, RGB, CMYK or transparency`; // biome-ignore format: one line
}
