import type { Size } from '../../contracts/geometry.ts';
import type { AnnotationFile } from '../../contracts/labels/annotation.ts';
import { type CsvTable, csvHeader, lowerCase, numberOf, readCsv } from '../files/csvSource.ts';
import { defineFormat, type FormatInput } from '../format.ts';
import { Problems } from '../problems.ts';
import { type BoxTable, type Entry, entryOf, hasColumns, imagesOf, readBoxTable } from './boxTable.ts';

/** Coordinates are fractions of the image. */
const RELATIVE: Size = [1, 1];

const LABELS = { id: 'openImages', title: 'Open Images', image: ['imageid'], label: ['labelname'] } as const;

export const openImagesBoxes: BoxTable = {
  ...LABELS,
  box: [['xmin'], ['ymin'], ['xmax'], ['ymax']],
  boxIs: 'corners',
  allOfSize: RELATIVE,
  labels: () => null,
};

/**
 * Open Images (Kuznetsova et al., IJCV 2020): boxes in fractions of the image, and labels of whole images that people
 * verified (`Confidence` 1: present, 0: absent). Classes are codes (`/m/01yrx`) unless the file was written with names;
 * map those under "aliases" in the model card.
 */
export const openImages = defineFormat({
  id: 'openImages',
  title: 'Open Images CSV',
  page: {
    shapes: 'boxes; labels of whole images',
    absent: 'verified labels with `Confidence` 0',
    image: 'image id',
  },
  extensions: ['.csv'],
  sniff: ({ bytes }) => {
    const header = csvHeader(bytes);
    return hasColumns(header, openImagesBoxes) || areLabels(header);
  },
  parse(file) {
    const csv = readCsv(file, LABELS.title);
    return areLabels(lowerCase(csv.header)) ? imageLabels(file, csv) : readBoxTable(file, openImagesBoxes, csv);
  },
});

function areLabels(header: readonly string[]): boolean {
  return ['imageid', 'labelname', 'confidence'].every((name) => header.includes(name)) && !header.includes('xmin');
}

function imageLabels(file: FormatInput, { header, rows }: CsvTable): AnnotationFile {
  const problems = new Problems();
  const images = new Map<string, Entry>();
  const names = lowerCase(header);
  const [image, label, confidence] = ['imageid', 'labelname', 'confidence'].map((name) => names.indexOf(name)) as [
    number,
    number,
    number,
  ];
  for (const { cells, line } of rows) {
    if (!cells[image] || !cells[label]) {
      problems.add(line, 'the image or the label is missing');
      continue;
    }
    const entry = entryOf(images, cells[image], null, line);
    const value = numberOf(cells[confidence]);
    if (value === 0) entry.labels = [...(entry.labels ?? []), cells[label]];
    else if (value === 1) entry.annotations.push({ label: cells[label], shape: null, line });
    // What only a machine said is neither.
    else if (!(value > 0 && value < 1)) problems.add(line, 'its Confidence is not between 0 and 1');
  }
  return {
    path: file.path,
    format: LABELS.id,
    labels: null,
    images: imagesOf(file, LABELS.title, images),
    problems: problems.list(),
  };
}
