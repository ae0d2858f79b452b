import type { Size } from '../../contracts/geometry.ts';
import { type CsvRow, csvHeader, lowerCase, readCsv } from '../files/csvSource.ts';
import { defineFormat } from '../format.ts';
import { annotationError, Problems, quoted } from '../problems.ts';
import { type Checked, checkedRuns } from '../shapes/shapes.ts';
import { type Entry, entryOf, imagesOf } from './boxTable.ts';
import { drawnShape } from './drawnShape.ts';

const LABEL = 'Pneumothorax';
/** All images of the set. */
const SIZE: Size = [1024, 1024];
const PIXELS = SIZE[0] * SIZE[1];

/**
 * SIIM-ACR Pneumothorax Segmentation 2019: masks as pairs of numbers, column by column; `-1`: no pneumothorax. The
 * challenge's own are relative (how many pixels to skip, how many are set); Kaggle's usual ones are absolute (first
 * pixel from 1, how many).
 */
export const siim = defineFormat({
  id: 'siim',
  title: 'SIIM-ACR Pneumothorax CSV',
  page: {
    shapes: 'run lengths, relative or absolute',
    absent: 'yes',
    image: 'UID',
  },
  extensions: ['.csv'],
  sniff: ({ bytes }) => columnsOf(csvHeader(bytes)) !== null,

  parse(file) {
    const { header, rows } = readCsv(file, 'SIIM-ACR');
    const columns = columnsOf(lowerCase(header));
    if (!columns) {
      const next = 'Check its first line, or name another format for this file.';
      throw annotationError(file.path, 1, 'The SIIM-ACR file has no column "ImageId" or "EncodedPixels".', next);
    }
    const problems = new Problems();
    const images = new Map<string, Entry>();
    const masks = rows.map((row) => numbersOf(row, columns[1]));
    const counting = countingOf(masks);
    if (counting === 'unknown')
      problems.add(null, 'it is unclear whether its runs are relative or absolute; they are read as relative');
    for (const [i, { cells, line }] of rows.entries()) {
      const image = cells[columns[0]];
      if (!image) {
        problems.add(line, 'the image is missing');
        continue;
      }
      const entry = entryOf(images, image, SIZE, line);
      const { annotations } = entry;
      const numbers = masks[i] ?? null;
      if (cells[columns[1]] === undefined || cells[columns[1]] === '') {
        problems.add(line, `the runs of ${quoted(image)} are missing, so it is unknown whether it has any`);
        entry.labels = [];
        continue;
      }
      if (numbers?.length === 0) continue;
      const checked = numbers ? maskOf(numbers, counting) : { fault: 'its runs are not all whole numbers' };
      annotations.push({ label: LABEL, shape: drawnShape(checked, LABEL, line, problems), line });
    }
    return {
      path: file.path,
      format: 'siim',
      labels: [LABEL],
      images: imagesOf(file, 'SIIM-ACR', images),
      problems: problems.list(),
    };
  },
});

function columnsOf(header: readonly string[]): [image: number, runs: number] | null {
  const columns: [number, number] = [header.indexOf('imageid'), header.indexOf('encodedpixels')];
  return columns[0] >= 0 && columns[1] >= 0 ? columns : null;
}

/** The pairs of a row; none: no pneumothorax; null: they cannot be read. */
function numbersOf({ cells }: CsvRow, column: number): number[] | null {
  const text = cells[column] ?? '';
  if (text === '' || text === '-1') return [];
  const numbers = text.split(/\s+/).map(Number);
  return numbers.every((v) => Number.isInteger(v) && v >= 0) ? numbers : null;
}

/**
 * Absolute starts always increase beyond the previous run. The skips of relative runs hardly ever do, and together with
 * the runs they do not exceed the number of pixels. If both interpretations fit all masks of a file, it is unclear.
 */
function countingOf(masks: readonly (readonly number[] | null)[]): 'relative' | 'absolute' | 'unknown' {
  const drawn = masks.flatMap((mask) => (mask && mask.length > 1 ? [mask] : []));
  if (!drawn.every(fitsAbsolute)) return 'relative';
  if (!drawn.every((mask) => mask.reduce((sum, v) => sum + v, 0) <= PIXELS)) return 'absolute';
  return drawn.length > 0 ? 'unknown' : 'relative';
}

function fitsAbsolute(mask: readonly number[]): boolean {
  for (let i = 2; i < mask.length; i += 2) if (mask[i]! < mask[i - 2]! + mask[i - 1]!) return false;
  return mask[0]! > 0 && mask.at(-2)! + mask.at(-1)! - 1 <= PIXELS;
}

function maskOf(pairs: readonly number[], counting: string): Checked {
  if (pairs.length % 2) return { fault: `it has ${pairs.length} numbers, which is not a list of pairs` };
  const counts: number[] = [];
  let at = 0;
  for (let i = 0; i < pairs.length; i += 2) {
    const skip = counting === 'absolute' ? pairs[i]! - 1 - at : pairs[i]!;
    counts.push(skip, pairs[i + 1]!);
    at += skip + pairs[i + 1]!;
  }
  if (at > PIXELS) return { fault: `its mask's runs cover ${at} pixels, but the image has ${PIXELS}` };
  return checkedRuns([...counts, PIXELS - at], SIZE);
}
