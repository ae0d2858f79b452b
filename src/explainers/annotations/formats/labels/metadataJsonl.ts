import type { AnnotatedImage, Annotation } from '../../../contracts/labels/annotation.ts';
import { headText, plainText } from '../../../files/text.ts';
import { isRecord, own } from '../../../tables.ts';
import { defineFormat, type FormatInput } from '../../format.ts';
import { BESIDE_NAMES, classNames } from '../../match/classNames.ts';
import { annotationError, Problems } from '../../problems.ts';
import { checkedBox } from '../../shapes/shapes.ts';
import { drawnShape } from '../drawnShape.ts';

/** The first of these keys is the label of the whole image. */
const LABELS = 'label labels class class_name classes category categories tag tags'.split(' ');
/** Of the objects in an image. */
const OBJECT_LABELS = 'categories category labels label classes class'.split(' ');
const BOXES = ['bbox', 'bboxes', 'boxes'];

type Row = Readonly<Record<string, unknown>>;

/** Whether a line is an object with the name of an image. */
function hasName(line: string): boolean {
  try {
    const row: unknown = JSON.parse(line);
    return typeof row === 'object' && row !== null && Object.hasOwn(row, 'file_name');
  } catch {
    return false;
  }
}

/**
 * Hugging Face's `metadata.jsonl` for folders of images: an object a line with `file_name`; its label, or a list of
 * them; and for detection `objects` with `bbox` ([x, y, width, height] in pixels) and `categories`. Numbers get the
 * names in `classes.txt` or a YAML file nearby.
 */
export const metadataJsonl = defineFormat({
  id: 'metadataJsonl',
  title: 'Hugging Face metadata.jsonl',
  page: {
    shapes: 'labels of whole images; boxes of `objects`',
    absent: 'yes: every label of the file, if it has labels of whole images',
    image: '`file_name`',
  },
  extensions: ['.jsonl'],
  beside: BESIDE_NAMES,
  sniff({ bytes }) {
    const [first, second] = headText(bytes, 65_536)
      .trimStart()
      .split(/\r\n|\r|\n/, 2);
    // A longer line is not complete here, and a file of COCO in one line has the name deep in it.
    return second === undefined && bytes.length > 65_536 ? /^\{\s*"file_name"\s*:/.test(first!) : hasName(first!);
  },
  parse(file) {
    const problems = new Problems();
    const names = classNames(file.beside);
    const images: AnnotatedImage[] = [];
    const found = new Set<string>();
    for (const { row, line } of rowsOf(file, problems)) {
      const image = row['file_name'];
      if (typeof image !== 'string' || image === '') {
        problems.add(line, 'it has no "file_name"');
        continue;
      }
      const labels = labelsIn(LABELS, row).map((label) => nameOf(label, names));
      for (const label of labels) found.add(label);
      const whole = [...new Set(labels)].map((label): Annotation => ({ label, shape: null, line }));
      images.push({
        image,
        size: null,
        annotations: [...whole, ...objectsIn(row, names, line, problems)],
        line,
        ...(labels.length === 0 && { labels: [] }),
      });
    }
    if (images.length === 0) {
      const next = 'Each line is an object with "file_name"; name another format for this file if it is one.';
      throw annotationError(file.path, 1, 'The file has no line with the name of an image.', next);
    }
    return {
      path: file.path,
      format: 'metadataJsonl',
      labels: found.size > 0 ? [...found] : null,
      images,
      problems: problems.list(),
    };
  },
});

function* rowsOf({ bytes }: FormatInput, problems: Problems): Generator<{ readonly row: Row; readonly line: number }> {
  let line = 0;
  for (const text of plainText(bytes).split(/\r\n|\r|\n/)) {
    line++;
    if (text.trim() === '') continue;
    try {
      const row: unknown = JSON.parse(text);
      if (isRecord(row)) yield { row, line };
      else problems.add(line, 'it is no object');
    } catch {
      problems.add(line, 'it is not valid JSON');
    }
  }
}

/** The value of the first key that exists: a label or a list of labels. */
function labelsIn(keys: readonly string[], row: Row): readonly (string | number)[] {
  const key = keys.find((each) => Object.hasOwn(row, each));
  const entry = key === undefined ? undefined : own(row, key);
  return (Array.isArray(entry) ? entry : [entry]).flatMap((each) =>
    typeof each === 'number' || (typeof each === 'string' && each.trim() !== '') ? [each] : [],
  );
}

function nameOf(label: string | number, names: ReadonlyMap<number, string> | null): string {
  return typeof label === 'number' ? names?.get(label) || String(label) : label.trim();
}

function objectsIn(
  row: Row,
  names: ReadonlyMap<number, string> | null,
  line: number,
  problems: Problems,
): Annotation[] {
  const { objects } = row;
  if (!isRecord(objects)) return [];
  const key = BOXES.find((each) => Object.hasOwn(objects, each));
  const boxes = key === undefined ? undefined : own(objects, key);
  const labels = labelsIn(OBJECT_LABELS, objects);
  if (!Array.isArray(boxes) || boxes.length !== labels.length) {
    problems.add(line, 'its "objects" have not one category for each "bbox", so they are left out');
    return [];
  }
  return labels.map((written, i) => {
    const label = nameOf(written, names);
    const checked = checkedBox(Array.isArray(boxes[i]) ? boxes[i] : [], null);
    return { label, shape: drawnShape(checked, label, line, problems), line };
  });
}
