import type { AnnotationFile } from '../../contracts/labels/annotation.ts';
import { type CsvTable, csvHeader, lowerCase, numberOf, readCsv } from '../files/csvSource.ts';
import { defineFormat, type FormatInput } from '../format.ts';
import { Problems, quoted } from '../problems.ts';
import { type BoxTable, type Entry, entryOf, hasColumns, imagesOf, readBoxTable } from './boxTable.ts';

export const vindrBoxes: BoxTable = {
  id: 'vindr',
  title: 'VinDr-CXR',
  image: ['image_id'],
  label: ['class_name'],
  box: [['x_min'], ['y_min'], ['x_max'], ['y_max']],
  boxIs: 'corners',
  reader: ['rad_id'],
  size: [['height'], ['width']],
  // Every reader looked for every finding, so a finding without a row for an image is absent.
  labels: (found) => [...found],
};

/**
 * VinDr-CXR (Nguyen et al., Scientific Data 2022) and the VinBigData challenge: boxes of several readers in pixels of
 * the DICOM image, with a row without a box for 'No finding'; and `image_labels_*.csv`, each reader's 0 or 1 for each
 * label of the image.
 */
export const vindr = defineFormat({
  id: 'vindr',
  title: 'VinDr-CXR CSV',
  page: {
    shapes: 'boxes; labels of whole images; several readers',
    absent: 'yes: every label of the file; in a table of 0 and 1, only a 0',
    image: 'stem',
  },
  extensions: ['.csv'],
  sniff({ bytes }) {
    const header = csvHeader(bytes);
    return hasColumns(header, vindrBoxes) || hasImageLabels(header);
  },
  parse(file) {
    const csv = readCsv(file, vindrBoxes.title);
    return hasImageLabels(lowerCase(csv.header)) ? imageLabels(file, csv) : readBoxTable(file, vindrBoxes, csv);
  },
});

function hasImageLabels(header: readonly string[]): boolean {
  return header[0] === 'image_id' && header.includes('no finding') && !header.includes('class_name');
}

function imageLabels(file: FormatInput, { header, rows }: CsvTable): AnnotationFile {
  const problems = new Problems();
  const images = new Map<string, Entry>();
  const reader = lowerCase(header).indexOf('rad_id');
  const columns = header.flatMap((label, i) => (i > 0 && i !== reader && label !== '' ? [{ label, i }] : []));
  for (const { cells, line } of rows) {
    if (!cells[0]) {
      problems.add(line, 'the image is missing');
      continue;
    }
    const entry = entryOf(images, cells[0], null, line);
    const searched = new Set(entry.labels);
    for (const { label, i } of columns) {
      const cell = cells[i] ?? '';
      const value = numberOf(cell);
      // A blank is unknown, and −1 is uncertain (CheXpert); neither means absent.
      if (cell === '' || value === -1) continue;
      if (value !== 0 && value !== 1) problems.add(line, `${quoted(label)} is ${quoted(cell)} instead of 0 or 1`);
      else searched.add(label);
      if (value === 1)
        entry.annotations.push({ label, shape: null, line, ...(cells[reader] && { reader: cells[reader] }) });
    }
    entry.labels = [...searched];
  }
  return {
    path: file.path,
    format: vindrBoxes.id,
    labels: columns.map(({ label }) => label),
    images: imagesOf(file, vindrBoxes.title, images),
    problems: problems.list(),
  };
}
