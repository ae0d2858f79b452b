import { csvHeader } from '../files/csvSource.ts';
import { defineFormat } from '../format.ts';
import { type BoxTable, hasColumns, readBoxTable } from './boxTable.ts';

const TABLE: BoxTable = {
  id: 'boxCsv',
  title: 'CSV',
  image: ['filename', 'file_name', 'image', 'image_name', 'image_path', 'img', 'img_path', 'path', 'file'],
  label: ['class', 'class_name', 'label', 'label_name', 'category', 'name'],
  box: [
    ['xmin', 'x_min', 'x1', 'left'],
    ['ymin', 'y_min', 'y1', 'top'],
    ['xmax', 'x_max', 'x2', 'right'],
    ['ymax', 'y_max', 'y2', 'bottom'],
  ],
  boxIs: 'corners',
  reader: ['reader', 'annotator', 'rater'],
  size: [
    ['height', 'image_height', 'img_height'],
    ['width', 'image_width', 'img_width'],
  ],
  labels: () => null,
};

/**
 * A plain table of boxes, `filename,width,height,class,xmin,ymin,xmax,ymax`, as used by TensorFlow's object detection
 * and many scripts. A row without a box says that the class is somewhere in the image; a row without a class says that
 * nothing is there.
 */
export const boxCsv = defineFormat({
  id: 'boxCsv',
  title: 'box CSV',
  page: {
    shapes: '`filename,…,class,xmin,ymin,xmax,ymax` under many column names',
    absent: 'no',
    image: 'file name',
  },
  extensions: ['.csv'],
  sniff: ({ bytes }) => hasColumns(csvHeader(bytes), TABLE),
  parse: (file) => readBoxTable(file, TABLE),
});
