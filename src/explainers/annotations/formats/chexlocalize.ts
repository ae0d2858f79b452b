import type { Size } from '../../contracts/geometry.ts';
import type { AnnotatedImage, Annotation } from '../../contracts/labels/annotation.ts';
import { jsonOutline } from '../files/jsonOutline.ts';
import { JsonSource } from '../files/jsonSource.ts';
import { defineFormat } from '../format.ts';
import { annotationError, Problems, quoted } from '../problems.ts';
import { runsFromText } from '../shapes/runs.ts';
import { type Checked, checkedBox, checkedPolygon, checkedRuns, declaredSize, EMPTY_MASK } from '../shapes/shapes.ts';

/** The findings of CheXpert's and CheXlocalize's readers. */
const FINDINGS = [
  'Airspace Opacity',
  'Atelectasis',
  'Cardiomegaly',
  'Consolidation',
  'Edema',
  'Enlarged Cardiomediastinum',
  'Lung Lesion',
  'Lung Opacity',
  'Pleural Effusion',
  'Pleural Other',
  'Pneumonia',
  'Pneumothorax',
  'Fracture',
  'Support Devices',
  'No Finding',
];
const KNOWN = new Set(FINDINGS.map((label) => label.toLowerCase()));

/**
 * CheXlocalize (Saporta et al., Nature Machine Intelligence 2022): an object of images, each an object of findings. A
 * finding has contours in pixels of the image (`gt_annotations_*.json`), a mask as COCO's run lengths
 * (`gt_segmentations_*.json`), or the points that radiologists considered most relevant (`hb_salient_pt_*.json`); each
 * point is drawn as the pixel that contains it.
 */
export const chexlocalize = defineFormat({
  id: 'chexlocalize',
  title: 'CheXlocalize JSON',
  page: {
    shapes: 'contours, masks, human points',
    absent: 'yes',
    image: 'patient, study and view joined',
  },
  extensions: ['.json'],

  sniff({ bytes }) {
    const { kind, keys, inner } = jsonOutline(bytes);
    if (kind !== 'object' || keys.size === 0 || ![...keys.values()].every((first) => first === '{')) return false;
    // The outline has the keys of the first object of each. One that names findings is enough, because images may have
    // none.
    return [...inner.values()].some((names) => [...names].some((name) => KNOWN.has(name.toLowerCase())));
  },

  parse(file) {
    const source = new JsonSource(file, 'CheXlocalize');
    const problems = new Problems();
    const images: AnnotatedImage[] = [];
    const found = new Set<string>();
    for (const [image, span] of source.members(source.root())) {
      const line = source.line(span);
      if (span.kind !== 'object') {
        problems.add(line, `image ${quoted(image)} has no findings`);
        continue;
      }
      if (image === '') {
        problems.add(line, 'an image has no name');
        continue;
      }
      let size: Size | null = null;
      const drawings: { label: string; value: unknown; line: number }[] = [];
      for (const [key, value] of source.members(span)) {
        if (key === 'img_size') size = sizeOf(source.value(value));
        else if (key.trim() !== '')
          drawings.push({ label: key.trim(), value: source.value(value), line: source.line(value) });
      }
      const annotations = drawings.flatMap((drawing) => {
        found.add(drawing.label);
        return annotationsOf(drawing, size, problems);
      });
      images.push({ image, size: size ?? sizeOfMasks(annotations), annotations });
    }
    if (images.length === 0) {
      const next = 'Check that the file is complete: it should be an object of images.';
      throw annotationError(file.path, 1, 'The CheXlocalize file has no image.', next);
    }
    return { path: file.path, format: 'chexlocalize', labels: [...found], images, problems: problems.list() };
  },
});

function sizeOf(value: unknown): Size | null {
  return Array.isArray(value) && value.length === 2 ? declaredSize(value[0], value[1]) : null;
}

function sizeOfMasks(annotations: readonly Annotation[]): Size | null {
  for (const { shape } of annotations) if (shape?.kind === 'runs') return shape.size;
  return null;
}

function annotationsOf(
  { label, value, line }: { label: string; value: unknown; line: number },
  size: Size | null,
  problems: Problems,
): Annotation[] {
  const checked = regions(value, size);
  const drawn = checked.flatMap((region) => {
    if ('shape' in region) return [{ label, shape: region.shape, line }];
    if (region.fault !== EMPTY_MASK) problems.add(line, `${quoted(label)}: ${region.fault}`);
    return [];
  });
  // An empty mask means that the finding is absent, and so does an empty list.
  if (drawn.length > 0 || checked.every((region) => 'fault' in region && region.fault === EMPTY_MASK)) return drawn;
  return [{ label, shape: null, line }];
}

function regions(value: unknown, size: Size | null): Checked[] {
  if (Array.isArray(value)) {
    return value.map((item: unknown): Checked => {
      if (!Array.isArray(item)) return { fault: 'it is neither contours nor points' };
      const points = Array.isArray(item[0]) ? item : null;
      if (points) return checkedPolygon([points.flat()], size);
      const [x, y] = item as unknown[];
      if (item.length !== 2 || typeof x !== 'number' || typeof y !== 'number')
        return { fault: 'its point is not [x, y]' };
      return checkedBox([Math.trunc(x), Math.trunc(y), 1, 1], size);
    });
  }
  const { size: declared, counts } = (value ?? {}) as { size?: unknown; counts?: unknown };
  const maskSize = sizeOf(declared);
  if (!maskSize) return [{ fault: 'its mask has no valid "size"' }];
  const runs = typeof counts === 'string' ? runsFromText(counts) : counts;
  return [Array.isArray(runs) ? checkedRuns(runs, maskSize) : { fault: 'its mask has no readable "counts"' }];
}
