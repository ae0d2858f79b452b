import { bareBoxes, boxTableEdits } from './boxTables.ts';
import { cocoFixer } from './coco.ts';
import { csvFixer } from './csvFixer.ts';
import { cvatFixer } from './cvat.ts';
import type { Fixer } from './fixer.ts';
import { labelColumnEdits } from './labelColumns.ts';
import { labelmeFixer } from './labelme.ts';
import { bareLabels, labelRowEdits } from './labelRows.ts';
import { vocFixer } from './voc.ts';
import { yoloFixer } from './yolo.ts';

const boxes = csvFixer([boxTableEdits], bareBoxes);
const labels = csvFixer([labelRowEdits, labelColumnEdits], bareLabels);
const both = csvFixer([boxTableEdits, labelRowEdits, labelColumnEdits]);

/** By the id of the annotation format; the others are read only. */
export const fixers: ReadonlyMap<string, Fixer> = new Map([
  ['coco', cocoFixer],
  ['labelme', labelmeFixer],
  ['voc', vocFixer],
  ['cvat', cvatFixer],
  ['yolo', yoloFixer],
  ['boxCsv', boxes],
  ['mscxr', boxes],
  ['nih', both],
  ['openImages', both],
  ['rsna', both],
  ['vindr', both],
  ['chexpert', labels],
  ['labelTable', labels],
]);
