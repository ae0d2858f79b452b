import { csvHead, lowerCase, readCsv } from '../../files/csvSource.ts';
import { defineFormat } from '../../format.ts';
import { annotationError, Problems } from '../../problems.ts';
import { type Entry, imagesOf } from '../boxTable.ts';
import { addRow, classColumns } from './classColumns.ts';

/** Columns about the patient and the picture. */
const OTHERS = new Set(
  'path sex age frontal/lateral ap/pa subject_id study_id dicom_id split view viewposition patientid'.split(' '),
);

/**
 * CheXpert (Irvin et al., AAAI 2019) and MIMIC-CXR-JPG (Johnson et al., 2019): a column per finding with 1, 0, −1 and
 * blanks. CheXpert names images by path. MIMIC names studies, so a row is about all images of the study's folder.
 */
export const chexpert = defineFormat({
  id: 'chexpert',
  title: 'CheXpert, MIMIC-CXR CSV',
  page: {
    shapes: 'labels of whole images; −1 is uncertain',
    absent: 'where it has a 0',
    image: 'path; study folder',
  },
  extensions: ['.csv'],
  sniff: ({ bytes }) => namesImages(lowerCase(csvHead(bytes)[0] ?? [])) !== null,
  parse(file) {
    const { header, rows } = readCsv(file, 'CheXpert');
    const nameOf = namesImages(lowerCase(header));
    const columns = classColumns(
      header,
      rows.map(({ cells }) => cells),
      (name) => OTHERS.has(name),
    );
    if (!nameOf || columns.length === 0) {
      const next = 'Use the table as CheXpert or MIMIC-CXR-JPG publish it, or name another format for this file.';
      throw annotationError(file.path, 1, 'The file has no column of a finding with 1, 0, -1 or nothing.', next);
    }
    const problems = new Problems();
    const images = new Map<string, Entry>();
    for (const row of rows) {
      const image = nameOf(row.cells);
      if (image === null) problems.add(row.line, 'the image is missing');
      else addRow(images, image, row, columns, problems);
    }
    return {
      path: file.path,
      format: 'chexpert',
      labels: columns.map(({ label }) => label),
      images: imagesOf(file, 'CheXpert', images),
      problems: problems.list(),
    };
  },
});

type NameOf = (cells: readonly string[]) => string | null;

/** How the rows name their images, by the columns of the two sets; null: it is another table. */
function namesImages(header: readonly string[]): NameOf | null {
  const at = (name: string) => header.indexOf(name);
  if (at('path') >= 0 && at('frontal/lateral') >= 0) return (cells) => cells[at('path')] || null;
  if (at('subject_id') < 0 || at('study_id') < 0 || at('x_min') >= 0) return null;
  // p10/p10000032/s50414267/*.jpg
  return (cells) => {
    const [subject, study] = [cells[at('subject_id')], cells[at('study_id')]];
    const image = at('dicom_id') >= 0 ? cells[at('dicom_id')] : '';
    return !subject || !study ? null : `p${digits(subject)}/s${digits(study)}/${image}`;
  };
}

/** Numbers that a table program wrote as decimals. */
const digits = (cell: string) => cell.replace(/^[ps](?=\d)/i, '').replace(/\.0$/, '');
