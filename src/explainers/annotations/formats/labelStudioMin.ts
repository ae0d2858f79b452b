import type { Size } from '../../contracts/geometry.ts';
import { isRecord } from '../../tables.ts';
import { csvHeader, readCsv } from '../files/csvSource.ts';
import { jsonCell } from '../files/jsonCell.ts';
import { jsonOutline } from '../files/jsonOutline.ts';
import { JsonSource } from '../files/jsonSource.ts';
import { defineFormat, type FormatInput } from '../format.ts';
import { Problems } from '../problems.ts';
import { declaredSize } from '../shapes/shapes.ts';
import { type Entry, entryOf, imagesOf } from './boxTable.ts';
import { drawnShape } from './drawnShape.ts';
import { readerOf } from './labelStudio.ts';
import { drawn, IMAGE_KEYS, imageOf, isKind, labelsOf, listOf, type Result } from './labelStudioRegions.ts';

/** Columns that Label Studio adds to a task's own. */
const OWN = new Set([
  ...IMAGE_KEYS,
  ...'id annotation_id annotator created_at updated_at lead_time agreement'.split(' '),
]);
/** Keys of a task's data that may be text and are no choice. */
const NO_CHOICE = /(?:url|path|file|name|text|comment|date|time|_id)$/i;

/** One annotation of one task, flattened: the task's data and each tag's result by its name. */
interface Row {
  readonly line: number;
  readonly values: Readonly<Record<string, unknown>>;
}

/**
 * Label Studio's flattened exports: JSON-MIN (a list of objects), CSV and TSV (the same, with the regions as JSON in
 * their cells). Choices are labels of the whole image.
 */
export const labelStudioMin = defineFormat({
  id: 'labelStudioMin',
  title: 'Label Studio JSON-MIN, CSV, TSV',
  page: {
    shapes: 'rectangles, polygons, ellipses, brushes; choices; several annotators',
    absent: 'no',
    image: 'the task’s image',
  },
  extensions: ['.json', '.csv', '.tsv'],
  masks: true,
  sniff({ path, bytes }) {
    if (!/\.json$/i.test(path)) return isHeader(csvHeader(bytes));
    const { kind, keys } = jsonOutline(bytes);
    return kind === 'array' && !keys.has('data') && isHeader([...keys.keys()]);
  },
  parse(file) {
    const problems = new Problems();
    const images = new Map<string, Entry>();
    for (const { values, line } of /\.json$/i.test(file.path) ? jsonRows(file) : csvRows(file, problems)) {
      const image = imageOf(values);
      if (image === null) problems.add(line, 'a task has no image');
      else addWork(entryOf(images, image, null, line), values, line, problems);
    }
    return {
      path: file.path,
      format: 'labelStudioMin',
      labels: null,
      images: imagesOf(file, 'Label Studio', images),
      problems: problems.list(),
    };
  },
});

function isHeader(names: readonly string[]): boolean {
  return names.includes('annotation_id') && (names.includes('annotator') || names.includes('lead_time'));
}

function* jsonRows(file: FormatInput): Generator<Row> {
  const source = new JsonSource(file, 'Label Studio');
  const root = source.root();
  for (const span of root.kind === 'array' ? source.items(root) : [root]) {
    if (span.kind === 'object') yield { line: source.line(span), values: source.value(span) as Row['values'] };
  }
}

function* csvRows(file: FormatInput, problems: Problems): Generator<Row> {
  const { header, rows } = readCsv(file, 'Label Studio');
  for (const { cells, line } of rows) {
    const entries = header.map((name, i): [string, unknown] => [
      name,
      parsedCell(cells[i] ?? '', (p) => problems.add(line, p)),
    ]);
    yield { line, values: Object.fromEntries(entries) };
  }
}

/** JSON in a cell; anything else is text. */
function parsedCell(cell: string, problem: (text: string) => void): unknown {
  return /^[[{]/.test(cell) ? jsonCell(cell, problem) : cell;
}

function addWork(entry: Entry, values: Row['values'], line: number, problems: Problems): void {
  const reader = readerOf(values['annotator']);
  const add = (label: string, shape: Entry['annotations'][number]['shape'], id?: unknown) =>
    entry.annotations.push({
      label,
      shape,
      line,
      ...(typeof id === 'string' && { id }),
      ...(reader !== null && { reader }),
    });
  for (const [name, value] of Object.entries(values)) {
    if (OWN.has(name)) continue;
    for (const label of choicesOf(name, value)) add(label, null);
    for (const region of (listOf(value) ?? []).filter(isRecord)) {
      const result = resultOf(region);
      if (!result) continue;
      entry.size ??= sizeOf(result);
      for (const { label, checked } of drawn(result, problems, line)) {
        add(label, drawnShape(checked, label, line, problems), result.id);
      }
    }
  }
}

const sizeOf = ({ original_height: height, original_width: width }: Result): Size | null => declaredSize(height, width);

/** A region whose kind is the name of the list with its labels. */
function resultOf(region: object): Result | null {
  const type = Object.keys(region).find((key) => isKind(key));
  if (type === undefined) return null;
  const { id, original_width, original_height } = region as Result;
  const result = { id, type, value: region, original_width, original_height };
  return labelsOf(result).length > 0 ? result : null;
}

/** Labels of the whole image: `"cat"`, or `{ "choices": ["cat", "dog"] }`. */
function choicesOf(name: string, value: unknown): readonly string[] {
  if (typeof value === 'string')
    return value.trim() === '' || NO_CHOICE.test(name) || value.includes('/') ? [] : [value.trim()];
  const listed = isRecord(value) ? listOf(value['choices']) : null;
  return (listed ?? []).flatMap((each) => (typeof each === 'string' && each.trim() !== '' ? [each.trim()] : []));
}
