import type { AnnotationFormat, FormatInput } from '../format.ts';
import { boxCsv } from './boxCsv.ts';
import { chestxdet } from './chestxdet.ts';
import { chexlocalize } from './chexlocalize.ts';
import { coco } from './coco.ts';
import { cocoPanoptic } from './cocoPanoptic.ts';
import { cvat } from './cvat.ts';
import { dicomSeg } from './dicomSeg.ts';
import { labelme } from './labelme.ts';
import { labelmeXml } from './labelmeXml.ts';
import { labelStudio } from './labelStudio.ts';
import { labelStudioMin } from './labelStudioMin.ts';
import { chexpert } from './labels/chexpert.ts';
import { fiftyone } from './labels/fiftyone.ts';
import { imageFolder } from './labels/imageFolder.ts';
import { labelTable } from './labels/labelTable.ts';
import { metadataJsonl } from './labels/metadataJsonl.ts';
import { maskImage } from './maskImage.ts';
import { mscxr } from './mscxr.ts';
import { nih } from './nih.ts';
import { openImages } from './openImages.ts';
import { rsna } from './rsna.ts';
import { siim } from './siim.ts';
import { via } from './via.ts';
import { vindr } from './vindr.ts';
import { voc } from './voc.ts';
import { yolo } from './yolo/yolo.ts';

/** Every annotation format. A test fails if a format's file is not listed here. */
export const formats: readonly AnnotationFormat[] = [
  boxCsv,
  chestxdet,
  chexlocalize,
  chexpert,
  coco,
  cocoPanoptic,
  cvat,
  dicomSeg,
  fiftyone,
  imageFolder,
  labelme,
  labelmeXml,
  labelStudio,
  labelStudioMin,
  labelTable,
  maskImage,
  metadataJsonl,
  mscxr,
  nih,
  openImages,
  rsna,
  siim,
  via,
  vindr,
  voc,
  yolo,
];

/** The format of that id. */
export function formatById(id: string): AnnotationFormat | undefined {
  return formats.find((format) => format.id === id);
}

/** The format that has this content; at most one claims a file. */
export function formatOf(file: FormatInput): AnnotationFormat | undefined {
  return formats.find((format) => format.folder === file.folder && format.sniff(file));
}
