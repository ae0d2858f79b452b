// biome-ignore-all lint/suspicious/noControlCharactersInRegex: control characters are what marks a binary format

import { constants, gunzipSync } from 'node:zlib';

/** The first bytes of files that are not among our image formats → what to call them. */
const KNOWN: readonly (readonly [begins: string | RegExp, name: string])[] = [
  [/^.{4}ftyp(heic|heix|mif1|msf1|hevc)/s, 'a HEIC picture, a format that is not supported: convert it to PNG'],
  [/^(\xff\x0a|\x00\x00\x00\x0cJXL )/, 'a JPEG XL picture, a format that is not supported: convert it to PNG'],
  // The size of its header, 348 bytes (540 in version 2), in either byte order; Analyze 7.5 is the same without the
  // magic.
  [
    /^(?:\x5c\x01\x00\x00|\x00\x00\x01\x5c)[\s\S]{340}(?:n\+|ni)1\x00|^(?:\x1c\x02\x00\x00|\x00\x00\x02\x1c)(?:n\+|ni)2\x00/,
    'a NIfTI volume, a format that is not supported: export a slice as PNG',
  ],
  [
    /^(?:\x5c\x01\x00\x00|\x00\x00\x01\x5c)/,
    'an Analyze or NIfTI volume, a format that is not supported: export a slice as PNG',
  ],
  [/^8BPS/, 'a Photoshop document: export it as PNG'],
  [/^%PDF-/, 'a PDF document, not an image'],
  [/^PK\x03\x04/, 'a ZIP archive, not an image'],
  [/^\x1f\x8b/, 'a gzip archive, not an image'],
  [/^\x89HDF\r\n/, 'an HDF5 file, not an image'],
  [/^\xef?\xbb?\xbf?\s*<(svg|\?xml[\s\S]*<svg)/i, 'an SVG drawing, a format that is not supported: export it as PNG'],
  [
    /^\xef?\xbb?\xbf?\s*<(!doctype html|html)/i,
    'an HTML page, not an image: was it downloaded from a page that requires a login?',
  ],
  [/^version https:\/\/git-lfs/, 'a Git LFS pointer, not the image itself: run `git lfs pull`'],
];

/** The second half of a sentence about a file that no image format claims, from its first bytes. */
export function whatItIs(head: Uint8Array): string {
  if (head.length === 0) return 'is empty';
  if (head.every((byte) => byte === 0)) return 'is not an image: it begins with zeros only';
  const inside = knownName(unzipped(head));
  if (inside?.includes(' volume,')) return `is ${inside.replace(' volume,', ' volume, gzipped,')}`;
  const known = knownName(head);
  if (known !== undefined) return `is ${known}`;
  const beginning = printable(head);
  if (beginning !== null) return `is not an image: it begins with the text “${beginning}”`;
  const hex = Array.from(head.subarray(0, 8), (byte) => byte.toString(16).padStart(2, '0')).join(' ');
  return `is not an image of a known format: it begins with the bytes ${hex}`;
}

function knownName(head: Uint8Array): string | undefined {
  const text = Array.from(head.subarray(0, 512), (byte) => String.fromCharCode(byte)).join('');
  return KNOWN.find(([begins]) => (typeof begins === 'string' ? text.startsWith(begins) : begins.test(text)))?.[1];
}

/** The first bytes of the content of a gzip archive; nothing for other files. */
function unzipped(head: Uint8Array): Uint8Array {
  if (head[0] !== 0x1f || head[1] !== 0x8b) return new Uint8Array();
  try {
    // The head is truncated, and a few kilobytes cannot grow beyond some megabytes.
    return new Uint8Array(gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH })).subarray(0, 4096);
  } catch {
    return new Uint8Array();
  }
}

/** The first words of a text file; null for a binary one. */
function printable(head: Uint8Array): string | null {
  const text = new TextDecoder('utf-8').decode(head);
  const sample = text.slice(0, 200);
  if (/[\x00-\x08\x0e-\x1f\ufffd]/.test(sample)) return null;
  const line = (sample.trim().split(/[\r\n]/, 1)[0] ?? '').trimEnd();
  if (line === '') return null;
  return line.length > 40 ? `${line.slice(0, 40)}…` : line;
}
