// biome-ignore-all lint/suspicious/noControlCharactersInRegex: control characters are what marks a binary format

/** What a file that is not one of our images begins with → what to call it. */
const KNOWN: readonly (readonly [begins: string | RegExp, name: string])[] = [
  [/^GIF8[79]a/, 'a GIF picture, a format that is not supported: convert it to PNG'],
  [/^.{4}ftyp(avif|avis)/s, 'an AVIF picture, a format that is not supported: convert it to PNG'],
  [/^.{4}ftyp(heic|heix|mif1|msf1|hevc)/s, 'a HEIC picture, a format that is not supported: convert it to PNG'],
  [
    /^(\xff\x4f\xff\x51|\x00\x00\x00\x0cjP {2})/,
    'a JPEG 2000 picture, which is read inside DICOM only: convert it to PNG',
  ],
  [/^(\xff\x0a|\x00\x00\x00\x0cJXL )/, 'a JPEG XL picture, a format that is not supported: convert it to PNG'],
  [
    /^\x5c\x01\x00\x00|^n\+1\x00|^\x1f\x8b[\s\S]*\.nii/,
    'a NIfTI volume, a format that is not supported: export a slice as PNG',
  ],
  [/^8BPS/, 'a Photoshop document: export it as PNG'],
  [/^%PDF-/, 'a PDF document, not an image'],
  [/^PK\x03\x04/, 'a ZIP archive, not an image'],
  [/^\x1f\x8b/, 'a gzip archive, not an image'],
  [/^\x93NUMPY/, 'a NumPy array, not an image'],
  [/^\x89HDF\r\n/, 'an HDF5 file, not an image'],
  [/^\xef?\xbb?\xbf?\s*<(svg|\?xml[\s\S]*<svg)/i, 'an SVG drawing, a format that is not supported: export it as PNG'],
  [
    /^\xef?\xbb?\xbf?\s*<(!doctype html|html)/i,
    'an HTML page, not an image: was it downloaded from a page that wanted a login?',
  ],
  [/^version https:\/\/git-lfs/, 'a Git LFS pointer, not the image itself: run `git lfs pull`'],
];

/** The second half of a sentence about a file that no image format claims, from its first bytes. */
export function whatItIs(head: Uint8Array): string {
  if (head.length === 0) return 'is empty';
  if (head.every((byte) => byte === 0)) return 'is not an image: it begins with zeros only';
  const text = Array.from(head.subarray(0, 512), (byte) => String.fromCharCode(byte)).join('');
  const known = KNOWN.find(([begins]) => (typeof begins === 'string' ? text.startsWith(begins) : begins.test(text)));
  if (known !== undefined) return `is ${known[1]}`;
  const beginning = printable(head);
  if (beginning !== null) return `is not an image: it begins with the text “${beginning}”`;
  const hex = Array.from(head.subarray(0, 8), (byte) => byte.toString(16).padStart(2, '0')).join(' ');
  return `is not an image of a known format: it begins with the bytes ${hex}`;
}

/** The first words of a text file; null for a binary one. */
function printable(head: Uint8Array): string | null {
  const text = new TextDecoder('utf-8').decode(head);
  const sample = text.slice(0, 200);
  if (/[\x00-\x08\x0e-\x1f\ufffd]/.test(sample)) return null;
  const line = sample.trim().split(/\s*[\r\n]/)[0] ?? '';
  if (line === '') return null;
  return line.length > 40 ? `${line.slice(0, 40)}…` : line;
}
