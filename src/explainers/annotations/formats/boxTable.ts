import type { Size } from '../../contracts/geometry.ts';
import type { AnnotatedImage, Annotation, AnnotationFile } from '../../contracts/labels/annotation.ts';
import { type CsvRow, type CsvTable, lowerCase, numberOf, readCsv } from '../files/csvSource.ts';
import type { FormatInput } from '../format.ts';
import { annotationError, Problems, quoted } from '../problems.ts';
import { type Checked, checkedBox, checkedCorners, declaredSize } from '../shapes/shapes.ts';
import { drawnShape } from './drawnShape.ts';

/** Possible names of a column, in lower case; the first that exists counts. */
export type Names = readonly string[];

/** A table with one box per row. Rows with empty box cells are statements about the whole image. */
export interface BoxTable {
  readonly id: string;
  /** In errors: 'VinDr-CXR'. */
  readonly title: string;
  readonly image: Names;
  readonly label: Names;
  /** Null: the table only has labels of whole images. */
  readonly box: readonly [Names, Names, Names, Names] | null;
  /** The meaning of the four numbers. */
  readonly boxIs: 'corners' | 'corner and size' | 'centre and size';
  readonly reader?: Names;
  /** Columns with the image's height and width. */
  readonly size?: readonly [Names, Names];
  /** The size of all images, if it is the same for the whole set. */
  readonly allOfSize?: Size;
  /** The label of a row from its cell; null: the row says that nothing is there. By default, the cell itself. */
  labelOf?(cell: string): string | null | { readonly fault: string };
  /** The labels that the file covers, given the labels in it. */
  labels(found: ReadonlySet<string>): readonly string[] | null;
}

/** Does the header have every required column? For sniffing. */
export function hasColumns(header: readonly string[], table: BoxTable): boolean {
  return missing(header, table).length === 0;
}

function missing(header: readonly string[], table: BoxTable): Names[] {
  return [table.image, table.label, ...(table.box ?? [])].filter((names) => column(header, names) < 0);
}

export function column(header: readonly string[], names: Names | undefined): number {
  for (const name of names ?? []) {
    const found = header.indexOf(name);
    if (found >= 0) return found;
  }
  return -1;
}

/** One image's entry while the rows are read. */
export interface Entry {
  size: Size | null;
  /** As `AnnotatedImage.labels`. */
  labels?: readonly string[];
  /** As `AnnotatedImage.uncertain`. */
  uncertain?: readonly string[];
  /** Line of the first row. */
  readonly line?: number;
  readonly annotations: Annotation[];
}

/** Reads the whole table. Throws `annotation` if it lacks required columns or has no row. */
export function readBoxTable(file: FormatInput, table: BoxTable, csv = readCsv(file, table.title)): AnnotationFile {
  const header = lowerCase(csv.header);
  const lacking = missing(header, table);
  if (lacking.length > 0) {
    const names = lacking.map((each) => quoted(each[0])).join(', ');
    throw annotationError(
      file.path,
      1,
      `The ${table.title} file has no column ${names}.`,
      'Check its first line, or name another format for this file.',
    );
  }
  const problems = new Problems();
  const found = new Set<string>();
  const images = new Map<string, Entry>();
  for (const row of csv.rows) readRow(row, header, table, images, found, problems);
  return {
    path: file.path,
    format: table.id,
    labels: table.labels(found),
    images: imagesOf(file, table.title, images),
    problems: problems.list(),
  };
}

/** The images of a file; a file without any is broken. */
export function imagesOf(file: FormatInput, title: string, images: ReadonlyMap<string, Entry>): AnnotatedImage[] {
  if (images.size === 0) {
    const next = 'Check that the file is complete: it should have a row for each box or image.';
    throw annotationError(file.path, 1, `The ${title} file has no readable row.`, next);
  }
  return [...images].map(([image, entry]) => ({ image, ...entry }));
}

export function entryOf(images: Map<string, Entry>, image: string, size: Size | null, line?: number): Entry {
  const known = images.get(image) ?? { size, annotations: [], ...(line !== undefined && { line }) };
  known.size ??= size;
  images.set(image, known);
  return known;
}

function readRow(
  { cells, line }: CsvRow,
  header: CsvTable['header'],
  table: BoxTable,
  images: Map<string, Entry>,
  found: Set<string>,
  problems: Problems,
): void {
  const cell = (names: Names | undefined) => cells[column(header, names)] ?? '';
  const image = cell(table.image);
  if (image === '') {
    problems.add(line, 'the image is missing');
    return;
  }
  const written = cell(table.label);
  const box = (table.box ?? []).map(cell);
  const nothing = box.every((value) => value === '');
  const entry = entryOf(
    images,
    image,
    sizeOf(table, cell, (p) => problems.add(line, p)),
    line,
  );
  const { annotations, size } = entry;
  const label = table.labelOf ? table.labelOf(written) : written || null;
  // A value that is unreadable or blank is unknown, so no class of this image is absent.
  if (written === '' || (label !== null && typeof label === 'object')) entry.labels = [];
  if (label !== null && typeof label === 'object') {
    problems.add(line, label.fault);
    return;
  }
  if (label === null) {
    if (!nothing) problems.add(line, 'it has a box but no label; the box is left out');
    return;
  }
  found.add(label);
  const reader = cell(table.reader);
  const checked = nothing ? null : CHECKS[table.boxIs](box.map(numberOf), size);
  const shape = drawnShape(checked, label, line, problems);
  annotations.push({ label, shape, line, ...(reader !== '' && { reader }) });
}

const CHECKS = {
  corners: checkedCorners,
  'corner and size': checkedBox,
  'centre and size': ([x, y, width, height], size) =>
    checkedBox([x! - width! / 2, y! - height! / 2, width!, height!], size),
} as const satisfies Record<BoxTable['boxIs'], (values: readonly number[], size: Size | null) => Checked>;

function sizeOf(table: BoxTable, cell: (names: Names) => string, problem: (text: string) => void): Size | null {
  if (!table.size) return table.allOfSize ?? null;
  const [height, width] = table.size.map(cell) as [string, string];
  if (height === '' && width === '') return null;
  const size = declaredSize(numberOf(height), numberOf(width));
  if (!size) problem('the image declares an invalid size');
  return size;
}
