import { csvHeader, numberOf } from '../files/csvSource.ts';
import { defineFormat } from '../format.ts';
import { quoted } from '../problems.ts';
import { type BoxTable, hasColumns, readBoxTable } from './boxTable.ts';

const LABEL = 'Lung Opacity';

export const rsnaBoxes: BoxTable = {
  id: 'rsna',
  title: 'RSNA',
  image: ['patientid'],
  label: ['target'],
  box: [['x'], ['y'], ['width'], ['height']],
  boxIs: 'corner and size',
  allOfSize: [1024, 1024],
  labelOf(cell) {
    const target = numberOf(cell);
    if (target === 1) return LABEL;
    return target === 0 ? null : { fault: `"Target" is ${quoted(cell)} instead of 0 or 1` };
  },
  labels: () => [LABEL],
};

/** `stage_2_detailed_class_info.csv`: labels of the whole image, without boxes. */
const { labelOf: _, ...plain } = rsnaBoxes;
const CLASSES: BoxTable = { ...plain, label: ['class'], box: null, labels: (found) => [...found] };

/**
 * RSNA Pneumonia Detection Challenge 2018 (Shih et al., Radiology: AI 2019): boxes of lung opacities in 1024 × 1024
 * pixels, where an image is named by its patient id; Target 0: none. Also its table of classes, without boxes.
 */
export const rsna = defineFormat({
  id: 'rsna',
  title: 'RSNA Pneumonia CSV',
  page: {
    shapes: 'boxes',
    absent: 'yes',
    image: 'patient id',
  },
  extensions: ['.csv'],
  sniff({ bytes }) {
    const header = csvHeader(bytes);
    return hasColumns(header, rsnaBoxes) || isClasses(header);
  },
  parse: (file) => readBoxTable(file, isClasses(csvHeader(file.bytes)) ? CLASSES : rsnaBoxes),
});

function isClasses(header: readonly string[]): boolean {
  return header.length === 2 && header[0] === 'patientid' && header[1] === 'class';
}
