import path from 'node:path';
import { type ExportedImage, labelsOf, missingOf } from './exportedImage.ts';

/**
 * FiftyOne's JSON: `FiftyOneImageDetectionDataset` where a label has a box (those of whole images cover all of it),
 * else `FiftyOneImageClassificationDataset`. Each label has its suspicion, its finding and its verdict as attributes.
 */
export function fiftyoneLabels(images: readonly ExportedImage[]): string {
  const boxes = images.some((image) => labelsOf(image).some(({ box }) => box !== null));
  const classes = [
    ...new Set(images.flatMap((image) => [...labelsOf(image), ...missingOf(image)].map(({ label }) => label))),
  ];
  const labels = Object.fromEntries(
    images.map((image) => [nameOf(image, images), boxes ? detections(image) : classifications(image)]),
  );
  return `${JSON.stringify({ classes, labels }, null, 1)}\n`;
}

function entries(image: ExportedImage) {
  const found = labelsOf(image).map(({ label, box, finding }) => ({ label, box, finding }));
  const all = [...found, ...missingOf(image).map((finding) => ({ label: finding.label, box: null, finding }))];
  return all.map(({ label, box, finding }) => ({
    label,
    box,
    confidence: finding?.probability ?? null,
    attributes: finding
      ? {
          suspicion: finding.score,
          finding: finding.kind,
          verdict: finding.verdict?.verdict ?? 'open',
          missing: finding.kind === 'unlabelled',
        }
      : {},
  }));
}

function classifications(image: ExportedImage): readonly object[] {
  return entries(image).map(({ label, confidence, attributes }) => ({
    label,
    ...(confidence !== null && { confidence }),
    attributes,
  }));
}

function detections(image: ExportedImage): readonly object[] {
  const [height, width] = image.size;
  return entries(image).map(({ label, box, confidence, attributes }) => {
    const [x, y, w, h] = box ?? [0, 0, width, height];
    return {
      label,
      bounding_box: [x / width, y / height, w / width, h / height],
      ...(confidence !== null && { confidence }),
      attributes,
    };
  });
}

/** FiftyOne knows images by their names without endings; of two equal ones, by their paths. */
function nameOf({ path: file }: ExportedImage, images: readonly ExportedImage[]): string {
  const stem = (each: string) => path.basename(each).replace(/\.[^.]*$/, '');
  const same = images.filter((each) => stem(each.path) === stem(file)).length;
  return same > 1
    ? file
        .replace(/\.[^./\\]*$/, '')
        .split(path.sep)
        .join('/')
    : stem(file);
}
