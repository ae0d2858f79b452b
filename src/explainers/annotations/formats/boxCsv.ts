import { type CsvTable, csvHead, lowerCase, numberOf, readCsv } from '../files/csvSource.ts';
import { defineFormat } from '../format.ts';
import { isImageName } from '../match/names.ts';
import { type BoxTable, column, hasColumns, type Names, readBoxTable } from './boxTable.ts';
import { mscxr } from './mscxr.ts';
import { nih } from './nih.ts';
import { openImages } from './openImages.ts';
import { rsna } from './rsna.ts';
import { siim } from './siim.ts';
import { vindr } from './vindr.ts';

/** Tables of boxes of one data set, which know more about it. */
const OWN_FORMATS = [mscxr, nih, openImages, rsna, siim, vindr];

const COLUMNS = {
  id: 'boxCsv',
  title: 'CSV',
  image: 'filename file_name image image_name image_path img img_path path file image_id imageid filepath'.split(' '),
  label: ['class', 'class_name', 'label', 'label_name', 'category', 'name'],
  reader: ['reader', 'annotator', 'rater'],
  labels: () => null,
} as const satisfies Partial<BoxTable>;

const SIZE = [
  ['height', 'image_height', 'img_height'],
  ['width', 'image_width', 'img_width'],
] as const satisfies BoxTable['size'];
/** Where `width` and `height` are those of the box. */
const IMAGE_SIZE = [
  ['image_height', 'img_height'],
  ['image_width', 'img_width'],
] as const satisfies BoxTable['size'];
const WIDTH: Names = ['w', 'width', 'box_width', 'bbox_width', 'bbox_w'];
const HEIGHT: Names = ['h', 'height', 'box_height', 'bbox_height', 'bbox_h'];
/** Columns that are made of one that holds all four numbers. */
const PARTS = ['#0', '#1', '#2', '#3'] as const;
export const WHOLE: Names = ['bbox', 'box', 'bounding_box', 'boundingbox', 'bboxes'];

/** How a table has its boxes; the first whose columns are all in the header counts. */
const TABLES: readonly BoxTable[] = [
  {
    ...COLUMNS,
    box: [
      ['xmin', 'x_min', 'x1', 'left'],
      ['ymin', 'y_min', 'y1', 'top'],
      ['xmax', 'x_max', 'x2', 'right'],
      ['ymax', 'y_max', 'y2', 'bottom'],
    ],
    boxIs: 'corners',
    size: SIZE,
  },
  {
    ...COLUMNS,
    box: [['cx', 'x_center', 'xcenter', 'center_x'], ['cy', 'y_center', 'ycenter', 'center_y'], WIDTH, HEIGHT],
    boxIs: 'centre and size',
    size: IMAGE_SIZE,
  },
  {
    ...COLUMNS,
    box: [['x', 'xmin', 'x_min', 'left', 'bbox_x'], ['y', 'ymin', 'y_min', 'top', 'bbox_y'], WIDTH, HEIGHT],
    boxIs: 'corner and size',
    size: IMAGE_SIZE,
  },
];
const IN_ONE: BoxTable = {
  ...COLUMNS,
  box: [[PARTS[0]], [PARTS[1]], [PARTS[2]], [PARTS[3]]],
  boxIs: 'corner and size',
  size: SIZE,
};
/** Without a header: image, box, class (keras-retinanet), or image, class, box. */
const BARE = [
  ['filename', 'xmin', 'ymin', 'xmax', 'ymax', 'class'],
  ['filename', 'class', 'xmin', 'ymin', 'xmax', 'ymax'],
] as const;

/**
 * A plain table of boxes, `filename,width,height,class,xmin,ymin,xmax,ymax`, as used by TensorFlow's object detection
 * and many scripts; also with a corner or the centre and a size, with all four numbers in a column `bbox` (x, y, width
 * and height, as in COCO), or without a header. A row without a box says that the class is somewhere in the image; a
 * row without a class says that nothing is there.
 */
export const boxCsv = defineFormat({
  id: 'boxCsv',
  title: 'box CSV, TSV',
  page: {
    shapes:
      '`filename,…,class,xmin,ymin,xmax,ymax` under many column names; a corner or the centre with width and height; four numbers in one column `bbox`; without a header `path,x1,y1,x2,y2,class`',
    absent: 'no',
    image: 'file name',
  },
  extensions: ['.csv', '.tsv'],
  sniff(file) {
    const head = csvHead(file.bytes);
    const known = bareColumns(head) !== null || tableOf(lowerCase(head[0] ?? [])) !== null;
    return known && !OWN_FORMATS.some((format) => format.sniff(file));
  },
  parse(file) {
    const bare = bareColumns(csvHead(file.bytes));
    if (bare) return readBoxTable(file, TABLES[0]!, readCsv(file, COLUMNS.title, bare));
    const csv = readCsv(file, COLUMNS.title);
    const table = tableOf(lowerCase(csv.header)) ?? TABLES[0]!;
    return readBoxTable(file, table, table === IN_ONE ? apart(csv) : csv);
  },
});

/** How a table with this header (in lower case) has its boxes; null: it has none. */
export function tableOf(header: readonly string[]): BoxTable | null {
  const found = TABLES.find((table) => hasColumns(header, table));
  if (found) return found;
  return column(header, WHOLE) >= 0 && hasColumns([...header, ...PARTS], IN_ONE) ? IN_ONE : null;
}

/** The columns of a file without a header, from its first rows; null if it has one, or is another table. */
export function bareColumns(head: readonly (readonly string[])[]): (typeof BARE)[number] | null {
  const whole = head.length > 0 && head.every((cells) => cells.length === 6) && head.some((cells) => cells[1] !== '');
  if (!whole || !head.every(([image]) => isImageName(image!))) return null;
  const numbers = (from: number) =>
    head.every((cells) => cells.slice(from, from + 4).every((cell) => cell === '' || Number.isFinite(numberOf(cell))));
  return (numbers(1) && BARE[0]) || (numbers(2) && BARE[1]) || null;
}

/** The four numbers of one cell, `[x, y, width, height]`, in columns of their own. */
function apart({ header, rows }: CsvTable): CsvTable {
  const from = column(lowerCase(header), WHOLE);
  return {
    header: [...header, ...PARTS],
    rows: rows.map(({ cells, line }) => {
      const own = header.map((_, i) => cells[i] ?? '');
      const numbers = (cells[from] ?? '').replace(/[[\]()]/g, ' ').split(/[\s,;]+/);
      const filled = numbers.filter((each) => each !== '');
      // Anything but four numbers becomes a problem of its row.
      return {
        cells: [...own, ...(filled.length === 0 ? ['', '', '', ''] : PARTS.map((_, i) => filled[i] ?? '?'))],
        line,
      };
    }),
  };
}
