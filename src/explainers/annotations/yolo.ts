import type { Size } from '../images/geometry.ts';
import type { Annotation } from './annotation.ts';
import { classNames, NAME_FILES } from './classNames.ts';
import { numberOf } from './csvSource.ts';
import { fileStem } from './fileStem.ts';
import { defineFormat } from './format.ts';
import { annotationError, Problems, quoted } from './problems.ts';
import { type Checked, checkedBox, checkedPolygon } from './shapes.ts';
import { decodeText, headText } from './text.ts';

/** Coordinates are shares of the image's width and height. */
const RELATIVE: Size = [1, 1];
/** Lines that must look right for a text file to be of this format. */
const SNIFFED = 20;

/**
 * YOLO (Ultralytics, Darknet): a text file per image, each line `class cx cy width height`, or a class and an outline; four
 * corners are also what oriented boxes have. A number behind is a confidence. Names stand in `data.yaml` or `classes.txt`
 * nearby. An empty file says that nothing is there.
 */
export const yolo = defineFormat({
  id: 'yolo',
  title: 'YOLO text',
  extensions: ['.txt'],
  beside: NAME_FILES,

  sniff({ path, bytes, beside }) {
    // Empty files say something only where names say of what, and the names themselves may be numbers.
    if (!/\.txt$/i.test(path) || NAME_FILES.some((name) => name === fileName(path))) return false;
    if (bytes.length === 0) return classNames(beside) !== null;
    const head = headText(bytes, 16384);
    const lines = head.split(/\r\n|\r|\n/);
    // The last line may be cut.
    if (bytes.length > 16384 && lines.length > 1) lines.pop();
    const filled = lines.filter((line) => line.trim() !== '').slice(0, SNIFFED);
    const good = filled.filter(looksRight).length;
    return good > 0 && good >= filled.length / 2;
  },

  parse(file) {
    const names = classNames(file.beside);
    const problems = new Problems();
    const poses = /^kpt_shape\s*:/m.test(decodeText(file.beside?.get('data.yaml') ?? new Uint8Array()));
    const lines = decodeText(file.bytes)
      .replace(/^\uFEFF/, '')
      .split(/\r\n|\r|\n/);
    const annotations = lines.flatMap((text, i): Annotation[] => {
      const line = i + 1;
      if (text.trim() === '') return [];
      const [first, ...rest] = text.trim().split(/[\s,]+/);
      const number = numberOf(first);
      if (!Number.isInteger(number) || number < 0) {
        problems.add(line, `it begins with ${quoted(first)}, which is no class number`);
        return [];
      }
      if (names && !names.has(number))
        problems.add(line, `class ${number} has no name: the list beside ends at ${Math.max(...names.keys())}`);
      const label = names?.get(number) || String(number);
      const checked = region(rest.slice(0, poses ? 4 : undefined).map(numberOf));
      if ('fault' in checked) problems.add(line, `${checked.fault}; ${quoted(label)} counts as present, not drawn`);
      return [{ label, shape: 'shape' in checked ? checked.shape : null, line }];
    });
    const filled = lines.findIndex((line) => line.trim() !== '');
    if (filled >= 0 && annotations.length === 0) {
      throw annotationError(
        file.path,
        filled + 1,
        `Line ${filled + 1} of the YOLO file begins with ${quoted(lines[filled]!.trim().split(/\s+/)[0])} instead of a class number, and no other line is better.`,
        'Each line is: class number, then x, y, width and height of a box, or the points of an outline, as shares of the image.',
      );
    }
    if (!names && annotations.length > 0)
      problems.add(null, 'no data.yaml or classes.txt beside it names its classes: they go by their numbers');
    return {
      path: file.path,
      format: 'yolo',
      labels: names && [...new Set(names.values())].filter((name) => name !== ''),
      images: [{ image: fileStem(file.path), size: RELATIVE, annotations }],
      problems: problems.list(),
    };
  },
});

function fileName(path: string): string {
  return path.split(/[/\\]/).at(-1)!;
}

/** A class number, then at least four numbers of which most are shares. */
function looksRight(line: string): boolean {
  const [first, ...rest] = line.trim().split(/[\s,]+/);
  const numbers = rest.map(numberOf);
  return /^\d{1,6}(?:\.0+)?$/.test(first!) && rest.length >= 4 && numbers.every((v) => v >= -1 && v <= 2);
}

function region(numbers: readonly number[]): Checked {
  if (numbers.length < 4) return { fault: `it has ${numbers.length} numbers after its class, and a box needs 4` };
  if (numbers.length > 5) {
    // An odd number at the end is a confidence.
    const points = numbers.length % 2 ? numbers.slice(0, -1) : numbers;
    return pixels(points) ?? checkedPolygon([points], RELATIVE);
  }
  const [cx, cy, width, height] = numbers as [number, number, number, number];
  return (
    pixels(numbers.slice(0, 4)) ?? checkedBox([cx - width / 2, cy - height / 2, width, height].map(clean), RELATIVE)
  );
}

function pixels(numbers: readonly number[]): Checked | null {
  if (!numbers.some((v) => Math.abs(v) > 2)) return null;
  return { fault: 'its coordinates are no shares of the image: they must be about 0 to 1' };
}

/** 0.1 + 0.2 stays 0.3. */
function clean(value: number): number {
  return Number.isFinite(value) ? Number(value.toPrecision(12)) : value;
}
