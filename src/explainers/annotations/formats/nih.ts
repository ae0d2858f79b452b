import type { Size } from '../../contracts/geometry.ts';
import type { AnnotatedImage, Annotation } from '../../contracts/labels/annotation.ts';
import { type CsvTable, csvHeader, lowerCase, numberOf, readCsv } from '../files/csvSource.ts';
import { defineFormat, type FormatInput } from '../format.ts';
import { annotationError, Problems } from '../problems.ts';
import { checkedBox } from '../shapes/shapes.ts';
import { drawnShape } from './drawnShape.ts';

/** All images of the set were published at this size, and its boxes are in these pixels. */
const SIZE: Size = [1024, 1024];

/** The possible values of `Finding Labels`; a finding that a row does not name is absent. */
const FINDINGS = [
  'Atelectasis',
  'Cardiomegaly',
  'Consolidation',
  'Edema',
  'Effusion',
  'Emphysema',
  'Fibrosis',
  'Hernia',
  'Infiltration',
  'Mass',
  'No Finding',
  'Nodule',
  'Pleural_Thickening',
  'Pneumonia',
  'Pneumothorax',
];

/**
 * NIH ChestX-ray14 (Wang et al., CVPR 2017): `BBox_List_2017.csv`, whose header `Bbox [x,y,w,h]` is split by its own
 * commas, so the box is columns 2 to 5 by position; and `Data_Entry_2017*.csv`, labels of the whole image without a
 * place.
 */
export const nih = defineFormat({
  id: 'nih',
  title: 'NIH ChestX-ray14 CSV',
  page: {
    shapes: 'boxes; labels of whole images',
    absent: '`Data_Entry*.csv`: yes',
    image: 'file name',
  },
  extensions: ['.csv'],
  sniff: ({ bytes }) => variantOf(csvHeader(bytes)) !== null,
  parse(file) {
    const table = readCsv(file, 'NIH');
    const header = lowerCase(table.header);
    const variant = variantOf(header);
    if (!variant) throw badHeader(file);
    const problems = new Problems();
    const images = variant(table, header.indexOf('image index'), problems);
    if (images.size === 0) {
      const next = 'Check that the file is complete; it should have one row per box or image.';
      throw annotationError(file.path, 1, 'The NIH file has no readable row.', next);
    }
    return {
      path: file.path,
      format: 'nih',
      labels: variant === imageLabels ? FINDINGS : null,
      images: [...images].map(
        ([image, annotations]): AnnotatedImage => ({
          image,
          size: variant === boxes ? SIZE : null,
          annotations,
        }),
      ),
      problems: problems.list(),
    };
  },
});

type Variant = (table: CsvTable, first: number, problems: Problems) => Map<string, Annotation[]>;

function variantOf(header: readonly string[]): Variant | null {
  const first = header.indexOf('image index');
  if (first < 0) return null;
  if (header[first + 1] === 'finding label' && header[first + 2]?.startsWith('bbox')) return boxes;
  return header[first + 1] === 'finding labels' ? imageLabels : null;
}

function badHeader(file: FormatInput) {
  return annotationError(
    file.path,
    1,
    'The first line is neither "Image Index,Finding Label,Bbox [x,y,w,h]" nor "Image Index,Finding Labels,…".',
    'Use BBox_List_2017.csv or Data_Entry_2017.csv as NIH publishes them, or name another format for this file.',
  );
}

const boxes: Variant = ({ rows }, first, problems) => {
  const images = new Map<string, Annotation[]>();
  for (const { cells, line } of rows) {
    const [image, label, ...rest] = cells.slice(first);
    if (!image || !label) {
      problems.add(line, 'the image or the finding is missing');
      continue;
    }
    const checked = checkedBox(
      [0, 1, 2, 3].map((i) => numberOf(rest[i])),
      SIZE,
    );
    entry(images, image).push({ label, shape: drawnShape(checked, label, line, problems, `${image}: `), line });
  }
  return images;
};

const imageLabels: Variant = ({ rows }, first, problems) => {
  const images = new Map<string, Annotation[]>();
  for (const { cells, line } of rows) {
    const [image, labels] = cells.slice(first);
    if (!image || !labels) {
      problems.add(line, 'the image or its findings are missing');
      continue;
    }
    const found = entry(images, image);
    if (found.length > 0) problems.add(line, `${image} is listed twice; the findings of both rows are used`);
    for (const label of labels.split('|').map((l) => l.trim())) if (label) found.push({ label, shape: null, line });
  }
  return images;
};

function entry(images: Map<string, Annotation[]>, image: string): Annotation[] {
  const known = images.get(image) ?? [];
  images.set(image, known);
  return known;
}
