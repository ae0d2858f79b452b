import { csvHead } from '../annotations/files/csvSource.ts';
import { bareColumns, tableOf, WHOLE } from '../annotations/formats/boxCsv.ts';
import { type BoxTable, column, hasColumns } from '../annotations/formats/boxTable.ts';
import { mscxrBoxes } from '../annotations/formats/mscxr.ts';
import { openImagesBoxes } from '../annotations/formats/openImages.ts';
import { rsnaBoxes } from '../annotations/formats/rsna.ts';
import { vindrBoxes } from '../annotations/formats/vindr.ts';
import type { FixBox, TextEdit } from '../contracts/labels/fix.ts';
import { type CsvEdits, type CsvInput, rowOf, rowsOfImage } from './csvFixer.ts';
import type { CsvTextRow } from './csvText.ts';
import { cornersOf, type FixInput, needsBox, notABox, refused, unknownClass } from './fixer.ts';
import { numberStyle } from './numberStyle.ts';

const CLASS_NUMBERS = ['class_id', 'classid', 'label_id', 'category_id'];
const NIH_BOX = 4;

/** Which columns of a table have what. */
interface Layout {
  readonly image: number;
  readonly label: number;
  /** One: all four numbers are in it. */
  readonly box: readonly number[];
  readonly boxIs: BoxTable['boxIs'];
  /** A number of the class in addition to its name; −1: none. */
  readonly number: number;
  /** A row without an object has this instead of a label; null: such a row is not usual. */
  readonly nothing: string | null;
  /** What stands for the class; null: its name. */
  readonly only: string | null;
}

const TABLES = [vindrBoxes, mscxrBoxes, openImagesBoxes, rsnaBoxes];

/** The columns of a box table without a header. */
export function bareBoxes({ file, parsed }: FixInput): readonly string[] | null {
  return parsed.format === 'boxCsv' ? bareColumns(csvHead(file.bytes)) : null;
}

/** Tables with a box a row. */
export const boxTableEdits: CsvEdits = (input) => {
  const layout = layoutOf(input);
  if (!layout) return null;
  const { change, csv } = input;
  if (change.kind === 'add') return added(input, layout, change.label, change.box);
  const row = rowOf(input);
  if (change.kind === 'class') {
    const edits = [csv.set(row, layout.label, labelCell(input, layout, change.to))];
    const number = numberCell(input, layout, change.to);
    return number === null ? edits : [...edits, csv.set(row, layout.number, number)];
  }
  if (change.kind === 'move') {
    if (!input.annotation!.shape) throw notABox(input, 'about the whole image');
    return boxEdits(input, layout, row, change.box);
  }
  const others = rowsOfImage(input, layout.image).length > 1;
  if (others || layout.nothing === null) return [csv.remove(row)];
  return [csv.set(row, layout.label, layout.nothing), ...layout.box.map((i) => csv.set(row, i, ''))];
};

function layoutOf(input: CsvInput): Layout | null {
  const { header, parsed } = input;
  const number = column(header, CLASS_NUMBERS);
  const plain = { number, nothing: null, only: null } as const;
  const first = header.indexOf('image index');
  if (parsed.format === 'nih' && header[first + 1] === 'finding label') {
    const box = Array.from({ length: NIH_BOX }, (_, i) => first + 2 + i);
    return { ...plain, number: -1, image: first, label: first + 1, box, boxIs: 'corner and size' };
  }
  const table = TABLES.find(({ id }) => id === parsed.format) ?? (parsed.format === 'boxCsv' ? tableOf(header) : null);
  const bare = bareBoxes(input) !== null;
  if (!table?.box) return null;
  const whole = column(header, WHOLE);
  const columns = table.box.map((names) => column(header, names));
  const inOne = columns.every((i) => i < 0) && whole >= 0;
  if (!inOne && !hasColumns(header, table)) return null;
  return {
    ...plain,
    image: column(header, table.image),
    label: column(header, table.label),
    box: inOne ? [whole] : columns,
    boxIs: table.boxIs,
    ...(table.id === 'rsna' && { nothing: '0', only: '1' }),
    // keras-retinanet: `path,,,,,` says that nothing is there.
    ...(bare && { nothing: '' }),
  };
}

function labelCell(input: CsvInput, { only }: Layout, label: string): string {
  if (only === null) return label;
  if (input.parsed.labels?.includes(label)) return only;
  throw unknownClass(input, label, 'The table');
}

/** The number of a class in its own column, as another row has it; null: there is no such column. */
function numberCell(input: CsvInput, { label: names, number }: Layout, label: string): string | null {
  if (number < 0 || number === names) return null;
  const { csv, rows } = input;
  const like = rows.find((row) => csv.value(row, names) === label);
  if (like) return csv.value(like, number);
  throw refused(
    input,
    `No row of the table shows the number of the class ${JSON.stringify(label)}, which has a column of its own.`,
    'Correct this row by hand.',
  );
}

function numbersOf({ boxIs }: Layout, box: FixBox): readonly number[] {
  if (boxIs === 'corners') return cornersOf(box);
  const { x, y, width, height } = box;
  return boxIs === 'corner and size' ? [x, y, width, height] : [x + width / 2, y + height / 2, width, height];
}

/** The values of the box's cells. */
function boxCells(
  { csv, rows, image }: CsvInput,
  layout: Layout,
  like: CsvTextRow | null,
  box: FixBox,
): readonly string[] {
  const relative = image.size?.[0] === 1 && image.size[1] === 1;
  const example = like ?? rows.find((row) => layout.box.every((i) => csv.value(row, i) !== '')) ?? null;
  const texts = example ? layout.box.map((i) => csv.value(example, i)) : [];
  const numbers = numbersOf(layout, box);
  if (layout.box.length > 1) return numbers.map(numberStyle(texts, relative ? 4 : 0));
  const whole = texts[0] ?? '[0, 0, 0, 0]';
  const olds = whole.match(/[^\s,;[\]()]+/g) ?? [];
  const style = numberStyle(olds, relative ? 4 : 0);
  let i = 0;
  return [whole.replace(/[^\s,;[\]()]+/g, () => style(numbers[i++] ?? 0))];
}

function boxEdits(input: CsvInput, layout: Layout, row: CsvTextRow, box: FixBox): readonly TextEdit[] {
  return boxCells(input, layout, row, box).map((text, i) => input.csv.set(row, layout.box[i]!, text));
}

function added(input: CsvInput, layout: Layout, label: string, box: FixBox | null): readonly TextEdit[] {
  const { csv, rows } = input;
  if (!box) throw needsBox(input, 'The table');
  const own = rowsOfImage(input, layout.image);
  const values = new Map([[layout.label, labelCell(input, layout, label)]]);
  const number = numberCell(input, layout, label);
  if (number !== null) values.set(layout.number, number);
  boxCells(input, layout, null, box).forEach((text, i) => {
    values.set(layout.box[i]!, text);
  });
  const blank = own.find(
    (row) =>
      layout.box.every((i) => csv.value(row, i) === '') && ['', layout.nothing].includes(csv.value(row, layout.label)),
  );
  if (blank) return [...values].map(([i, text]) => csv.set(blank, i, text));
  const last = own.at(-1);
  if (!last) throw refused(input, 'The table has no row of this image.', 'Add the row by hand.');
  // What differs between the rows of one image is about the object, not the image.
  for (const i of last.cells.keys()) if (!values.has(i) && !ofImage(csv, rows, layout.image, i)) values.set(i, '');
  return [csv.copy(last, values)];
}

function ofImage(csv: CsvInput['csv'], rows: CsvInput['rows'], image: number, i: number): boolean {
  const known = new Map<string, string>();
  return rows.every((row) => {
    const [name, value] = [csv.value(row, image), csv.value(row, i)];
    const before = known.get(name);
    known.set(name, value);
    return before === undefined || before === value;
  });
}
