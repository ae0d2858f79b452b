import type { AnnotationFile } from '../../../contracts/labels/annotation.ts';
import { type CsvTable, csvHead, lowerCase, readCsv } from '../../files/csvSource.ts';
import { defineFormat, type FormatInput } from '../../format.ts';
import { BESIDE_NAMES, classNames } from '../../match/classNames.ts';
import { isImageName } from '../../match/names.ts';
import { annotationError, Problems } from '../../problems.ts';
import { boxCsv } from '../boxCsv.ts';
import { column, type Entry, entryOf, imagesOf } from '../boxTable.ts';
import { labelStudioMin } from '../labelStudioMin.ts';
import { mscxr } from '../mscxr.ts';
import { nih } from '../nih.ts';
import { openImages } from '../openImages.ts';
import { rsna } from '../rsna.ts';
import { siim } from '../siim.ts';
import { via } from '../via.ts';
import { vindr } from '../vindr.ts';
import { chexpert } from './chexpert.ts';
import { addRow, type ClassColumn, classColumns } from './classColumns.ts';
import { labelSplitter } from './labelCells.ts';

/** Tables that say more than labels, or say it in their own way. */
const OWN_FORMATS = [boxCsv, chexpert, labelStudioMin, mscxr, nih, openImages, rsna, siim, via, vindr];

const IMAGE =
  'filename file_name filepath file_path image_path img_path image_file image_filename image_name img_name image_id imageid image img file path fname filenames images dicom_id sopinstanceuid id name'.split(
    ' ',
  );
const LABEL =
  'label labels class classes class_name classname class_label label_name category categories tag tags target targets diagnosis dx finding findings finding_labels breed species level grade class_id classid label_id category_id'.split(
    ' ',
  );
/** Columns of 0 and 1 that are no classes. */
const NO_CLASS = new Set(
  'split fold is_train is_valid is_test is_validation train valid validation test age sex gender width height index unnamed: 0'.split(
    ' ',
  ),
);

/** The columns of a file without a header. */
const BARE = ['filename', 'label'];

/** What the columns of a table hold. */
interface Columns {
  readonly image: number;
  /** The column with the labels; null: there is a column per class. */
  readonly label: number | null;
}

/**
 * Labels of whole images in a table: `filename,label` under many names, one image per row or per label, several labels
 * in a cell; or one column per class with 1, 0, −1 (uncertain) or nothing; images by name, by path, or by an id without
 * an ending. Numbers get the names in `classes.txt` or a YAML file nearby. Also Hugging Face's `metadata.csv`.
 */
export const labelTable = defineFormat({
  id: 'labelTable',
  title: 'label CSV, TSV',
  page: {
    shapes:
      'labels of whole images: `filename,label`, several in a cell, or a column per class with 1, 0, −1 or nothing',
    absent: 'yes: every label of the file; in columns of classes, only a 0',
    image: 'file name, path or id',
  },
  extensions: ['.csv', '.tsv'],
  beside: BESIDE_NAMES,
  sniff: (file) => columnsOf(csvHead(file.bytes)) !== null && !OWN_FORMATS.some((format) => format.sniff(file)),
  parse(file) {
    const head = csvHead(file.bytes);
    const csv = readCsv(file, 'label', isBare(head) ? BARE : undefined);
    const columns = columnsOf(head);
    if (!columns) {
      const next = 'Name the columns filename and label, or one for each class, or name another format for this file.';
      throw annotationError(file.path, 1, 'No columns with images and labels are recognised in the table.', next);
    }
    return columns.label === null
      ? fromColumns(file, csv, columns.image)
      : fromCells(file, csv, columns.image, columns.label);
  },
});

/** By the first rows; null: it is no such table. */
export function columnsOf(head: readonly (readonly string[])[]): Columns | null {
  const [first, ...rows] = head;
  if (!first || first.length < 2) return null;
  if (isBare(head)) return { image: 0, label: 1 };
  const header = lowerCase(first);
  const named = column(header, IMAGE);
  const image =
    named >= 0 ? named : header.findIndex((_, i) => rows.length > 0 && rows.every((row) => isImageName(row[i] ?? '')));
  if (image < 0 || rows.length === 0) return null;
  const label = column(
    header.map((name, i) => (i === image ? '' : name)),
    LABEL,
  );
  if (label >= 0) return { image, label };
  return columnsOfClasses(first, rows, image).length > 0 ? { image, label: null } : null;
}

/** `a.png,cat` without a header. */
function isBare(head: readonly (readonly string[])[]): boolean {
  return head.length > 0 && head.every((row) => row.length === 2 && isImageName(row[0]!) && !isImageName(row[1]!));
}

function columnsOfClasses(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  image: number,
): readonly ClassColumn[] {
  return classColumns(header, rows, (name) => NO_CLASS.has(name) || name === header[image]!.toLowerCase());
}

function fromColumns(file: FormatInput, { header, rows }: CsvTable, image: number): AnnotationFile {
  const problems = new Problems();
  const images = new Map<string, Entry>();
  const all = rows.map(({ cells }) => cells);
  const columns = columnsOfClasses(header, all, image);
  for (const row of rows) {
    if (row.cells[image]) addRow(images, row.cells[image], row, columns, problems);
    else problems.add(row.line, 'the image is missing');
  }
  return {
    path: file.path,
    format: labelTable.id,
    labels: columns.map(({ label }) => label),
    images: imagesOf(file, 'label', images),
    problems: problems.list(),
  };
}

function fromCells(file: FormatInput, { header, rows }: CsvTable, image: number, label: number): AnnotationFile {
  const problems = new Problems();
  const images = new Map<string, Entry>();
  const names = classNames(file.beside);
  const split = labelSplitter(header[label]!, [...new Set(rows.map(({ cells }) => cells[label] ?? ''))]);
  const found = new Set<string>();
  for (const { cells, line } of rows) {
    if (!cells[image]) {
      problems.add(line, 'the image is missing');
      continue;
    }
    const entry = entryOf(images, cells[image], null, line);
    const labels = split(cells[label] ?? '').map((written) => nameOf(written, names));
    // A blank is unknown, so no class of this image is absent.
    if (labels.length === 0) entry.labels = [];
    for (const each of labels) {
      found.add(each);
      if (!entry.annotations.some((other) => other.label === each))
        entry.annotations.push({ label: each, shape: null, line });
    }
  }
  return {
    path: file.path,
    format: labelTable.id,
    labels: [...found],
    images: imagesOf(file, 'label', images),
    problems: problems.list(),
  };
}

/** Numbers of classes by their names, if a file nearby has them. */
function nameOf(written: string, names: ReadonlyMap<number, string> | null): string {
  const number = /^\d+(?:\.0)?$/.test(written) ? Number(written) : null;
  return (number !== null && names?.get(number)) || written;
}
