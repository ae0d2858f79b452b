import path from 'node:path';
import { type ExportedImage, type ExportedLabel, isMissing, withMissing } from './exportedImage.ts';

/**
 * FiftyOne's JSON: `FiftyOneImageDetectionDataset` where a label has a box (those of whole images cover all of it),
 * else `FiftyOneImageClassificationDataset`. Each label has its suspicion, its finding and its verdict as attributes.
 */
export function fiftyoneLabels(images: readonly ExportedImage[]): string {
  const entries = images.map(withMissing);
  const boxes = entries.flat().some(({ box }) => box !== null);
  const classes = [...new Set(entries.flat().map(({ label }) => label))];
  const names = namesOf(images);
  const labels = Object.fromEntries(
    entries.map((own, i) => [
      names[i],
      own.map((entry) => ({
        label: entry.label,
        ...(boxes && { bounding_box: fractionsOf(entry, images[i]!) }),
        ...factsOf(entry),
      })),
    ]),
  );
  return `${JSON.stringify({ classes, labels }, null, 1)}\n`;
}

function fractionsOf({ box }: ExportedLabel, { size: [height, width] }: ExportedImage): readonly number[] {
  const [x, y, w, h] = box ?? [0, 0, width, height];
  return [x / width, y / height, w / width, h / height];
}

function factsOf({ finding }: ExportedLabel): object {
  if (!finding) return { attributes: {} };
  const { probability, score, kind, verdict } = finding;
  return {
    ...(probability !== null && { confidence: probability }),
    attributes: {
      suspicion: score,
      finding: kind,
      verdict: verdict?.verdict ?? 'open',
      missing: isMissing({ finding }),
    },
  };
}

/** FiftyOne knows images by their names without endings; of equal ones, by their paths. */
function namesOf(images: readonly ExportedImage[]): readonly string[] {
  const stems = images.map((image) => path.basename(image.path).replace(/\.[^.]*$/, ''));
  const counts = new Map<string, number>();
  for (const stem of stems) counts.set(stem, (counts.get(stem) ?? 0) + 1);
  return images.map((image, i) =>
    counts.get(stems[i]!) === 1
      ? stems[i]!
      : image.path
          .replace(/\.[^./\\]*$/, '')
          .split(path.sep)
          .join('/'),
  );
}
