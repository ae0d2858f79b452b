import { csvHeader } from '../files/csvSource.ts';
import { defineFormat } from '../format.ts';
import { type BoxTable, hasColumns, readBoxTable } from './boxTable.ts';

export const mscxrBoxes: BoxTable = {
  id: 'mscxr',
  title: 'MS-CXR',
  image: ['dicom_id'],
  label: ['category_name'],
  box: [['x'], ['y'], ['w'], ['h']],
  boxIs: 'corner and size',
  size: [['image_height'], ['image_width']],
  // Phrases were picked from reports, so a finding without a phrase may well be present.
  labels: () => null,
};

/**
 * MS-CXR (Boecking et al., ECCV 2022): boxes for phrases of radiology reports, in pixels of the image size in each row.
 * Its JSON version has the COCO format.
 */
export const mscxr = defineFormat({
  id: 'mscxr',
  title: 'MS-CXR CSV',
  page: {
    shapes: 'boxes of phrases',
    absent: 'no',
    image: 'DICOM id',
  },
  extensions: ['.csv'],
  sniff: ({ bytes }) => hasColumns(csvHeader(bytes), mscxrBoxes),
  parse: (file) => readBoxTable(file, mscxrBoxes),
});
