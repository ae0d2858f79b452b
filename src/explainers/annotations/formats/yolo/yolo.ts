import type { Annotation } from '../../../contracts/labels/annotation.ts';
import { headText, plainText } from '../../../files/text.ts';
import { greatest } from '../../../lists.ts';
import { numberOf } from '../../files/csvSource.ts';
import { fileStem } from '../../files/fileStem.ts';
import { defineFormat } from '../../format.ts';
import { BESIDE_NAMES, type ClassList, classList, NAME_FILES, poseShape } from '../../match/classNames.ts';
import { annotationError, Problems, quoted } from '../../problems.ts';
import { drawnShape } from '../drawnShape.ts';
import { isMore, RELATIVE, yoloRegion } from './yoloLine.ts';
import { hasVisibility, rowsOf } from './yoloPose.ts';

/** Lines that must look right for a text file to have this format. */
const SNIFFED = 20;

/**
 * YOLO (Ultralytics, Darknet): a text file per image, each line `class cx cy width height`, or a class and an outline;
 * oriented boxes are outlines of four corners. A confidence and the number of a track may follow; of poses only the box
 * is drawn. The names are in `data.yaml` or `classes.txt` nearby. An empty file says that nothing is there.
 */
export const yolo = defineFormat({
  id: 'yolo',
  title: 'YOLO text',
  page: {
    shapes:
      'boxes, outlines, oriented boxes; poses as their box (`kpt_shape` from any YAML file nearby, or inferred from key points that lie in the boxes of their rows; a row that may be either is not drawn, and a problem says so); confidences and tracks are ignored',
    absent: 'with `data.yaml` (or another YAML file with `names`) or `classes.txt` nearby',
    image: 'the file’s own name',
  },
  extensions: ['.txt'],
  beside: BESIDE_NAMES,

  sniff({ path, bytes }) {
    // The names themselves may be numbers.
    if (!/\.txt$/i.test(path) || NAME_FILES.some((name) => name === fileName(path))) return false;
    const head = headText(bytes, 16384);
    const lines = head.split(/\r\n|\r|\n/);
    // The last line may be incomplete.
    if (bytes.length > 16384 && lines.length > 1) lines.pop();
    const filled = lines.filter((line) => line.trim() !== '').slice(0, SNIFFED);
    const good = filled.filter(looksRight).length;
    // An empty file says that nothing is there, if only of classes without a name.
    return good >= filled.length / 2;
  },

  parse(file) {
    const list = classList(file.beside);
    const names = list?.names ?? null;
    const pose = list?.pose ?? poseShape(file.beside);
    const problems = new Problems();
    const lines = plainText(file.bytes)
      .replace(/^\uFEFF/, '')
      .split(/\r\n|\r|\n/);
    const more = lines.map((line) => split(line).rest).filter(isMore);
    // Names in a YAML file: where it knows of no poses, there are none.
    const rows = rowsOf(more, list?.yaml === true);
    if (!pose && rows === 'poses' && !more.every(hasVisibility))
      problems.add(
        null,
        'its rows are read as poses because their key points lie in their boxes; only the boxes are drawn',
      );
    /** If a class is unknown, none is absent. */
    let unclear = false as boolean;
    const annotations = lines.flatMap((text, i): Annotation[] => {
      const line = i + 1;
      if (text.trim() === '') return [];
      const { first, rest } = split(text);
      const number = classNumber(first, list);
      if (number === null) {
        problems.add(line, `it begins with ${quoted(first)}, which is not a class number`);
        unclear = true;
        return [];
      }
      if (names && !names.has(number)) {
        problems.add(
          line,
          `class ${number} has no name, because the list next to the file ends at ${greatest(names.keys())}`,
        );
        unclear = true;
      }
      const label = names?.get(number) || String(number);
      const { checked, doubt } = yoloRegion(rest, pose, rows);
      const shape = drawnShape(checked, label, line, problems);
      if (shape && doubt) problems.add(line, doubt);
      return [{ label, shape, line }];
    });
    const filled = lines.findIndex((line) => line.trim() !== '');
    if (filled >= 0 && annotations.length === 0) {
      throw annotationError(
        file.path,
        filled + 1,
        `Line ${filled + 1} of the YOLO file begins with ${quoted(lines[filled]!.trim().split(/\s+/)[0])} instead of a class number, and no other line is better.`,
        'Each line is a class number, followed by x, y, width and height of a box, or by the points of an outline, as fractions of the image.',
      );
    }
    if (!names && annotations.length > 0)
      problems.add(null, 'no data.yaml or classes.txt next to it names its classes, so they go by their numbers');
    return {
      path: file.path,
      format: 'yolo',
      labels: names && [...new Set(names.values())].filter((name) => name !== ''),
      images: [{ image: fileStem(file.path), size: RELATIVE, annotations, ...(unclear && { labels: [] }) }],
      problems: problems.list(),
    };
  },
});

function fileName(path: string): string {
  return path.split(/[/\\]/).at(-1)!;
}

/** The class and the numbers after it; a class written by its name may have several words. */
function split(line: string): { first: string; rest: readonly string[] } {
  const words = line.trim().split(/[\s,]+/);
  const start = words.findIndex((word, i) => i > 0 && Number.isFinite(numberOf(word)));
  const behind = start < 0 || Number.isFinite(numberOf(words[0])) ? 1 : start;
  return { first: words.slice(0, behind).join(' '), rest: words.slice(behind) };
}

/** The number of a class, even if its name is written instead; null: it is neither. */
function classNumber(first: string, list: ClassList | null): number | null {
  const number = numberOf(first);
  if (Number.isInteger(number) && number >= 0) return number;
  const plain = first.toLowerCase();
  const found = [...(list?.names ?? [])].filter(([, name]) => name.toLowerCase() === plain);
  return found.length === 1 ? found[0]![0] : null;
}

/** A class number, then at least four numbers; or a name, then fractions of the image. */
function looksRight(line: string): boolean {
  const { first, rest } = split(line);
  const numbers = rest.map(numberOf);
  if (rest.length < 4 || !numbers.every(Number.isFinite)) return false;
  return /^\d{1,6}(?:\.0+)?$/.test(first) || (/^\p{L}/u.test(first) && numbers.every((v) => v >= -1 && v <= 2));
}
